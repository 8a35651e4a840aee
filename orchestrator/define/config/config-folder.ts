import {
	existsSync,
	lstatSync,
	readdirSync,
	readFileSync,
	type Stats,
} from "node:fs";
import { dirname, join } from "node:path";
import type { Named } from "../../model/words.ts";
import { AuthorError } from "../author-error.ts";
import { type ConfigFile, readConfigFile } from "./config-file.ts";
import { configFolderName } from "./source.ts";

/** The folder of a pipeline's config files. Nothing outside of it is ever read: no path in it has "..", and links are refused. */
export class ConfigFolder {
	readonly #root: string;
	readonly #label: string;
	readonly #files = new Map<string, ConfigFile | null>();

	/** `label`: where it lies in the pipelines folder, `train/config`. */
	constructor(pipelines: string, label: string) {
		this.#root = join(pipelines, label);
		this.#label = label;
	}

	/** The file of that path (`model/cart`); null when there is none. */
	file(path: string): ConfigFile | null {
		const known = this.#files.get(path);
		if (known !== undefined) return known;
		const read = this.#read(path);
		this.#files.set(path, read);
		return read;
	}

	label(path: string): string {
		return `${this.#label}/${path}`;
	}

	isGroup(path: string): boolean {
		return isName(path) && this.#look(path)?.isDirectory() === true;
	}

	/** The names of the files that a group has to choose from. */
	options(group: string): readonly string[] {
		return this.#entries(group, ".yaml").map((name) => name.slice(0, -5));
	}

	/** Every group with its options, those inside others too: `model/optimizer`. */
	groups(above = ""): Named<readonly string[]> {
		const inner = this.#entries(above, "/").map((name) =>
			above === "" ? name : `${above}/${name}`,
		);
		return Object.fromEntries(
			inner.flatMap((group) => [
				[group, this.options(group)] as const,
				...Object.entries(this.groups(group)),
			]),
		);
	}

	#read(path: string): ConfigFile | null {
		if (!isName(path)) return null;
		const found = this.#look(`${path}.yaml`);
		if (found === null) {
			if (this.#look(`${path}.yml`))
				throw new AuthorError(
					`${this.label(path)}.yml is not read: config files end with .yaml. Rename it.`,
				);
			return null;
		}
		const label = `${this.label(path)}.yaml`;
		if (!found.isFile())
			throw new AuthorError(`${label} is no file. Put a YAML file there.`);
		const text = readFileSync(join(this.#root, `${path}.yaml`), "utf8");
		return readConfigFile(text, label);
	}

	/** Looks at every folder on the way: none may be a link. */
	#look(path: string): Stats | null {
		const parts = path.split("/");
		let found: Stats | null = null;
		for (const [index] of parts.entries()) {
			const part = parts.slice(0, index + 1).join("/");
			found = lookAt(join(this.#root, part));
			if (found?.isSymbolicLink())
				throw new AuthorError(
					`${this.label(part)} is a link, which could lead anywhere. Put the file itself there.`,
				);
		}
		return found;
	}

	#entries(group: string, kind: ".yaml" | "/"): readonly string[] {
		return readdirSync(join(this.#root, group), { withFileTypes: true })
			.filter((entry) =>
				kind === "/"
					? entry.isDirectory()
					: entry.isFile() && entry.name.endsWith(kind),
			)
			.map(({ name }) => name)
			.filter(isName)
			.sort();
	}
}

/** The config folder of the pipeline in that file, `train.ts`: `train/config`; null when it has none. */
export function configFolderOf(
	pipelines: string,
	file: string,
): ConfigFolder | null {
	const label = configFolderName(file);
	if (!existsSync(join(pipelines, label))) return null;
	for (const part of [dirname(label), label])
		if (!lookAt(join(pipelines, part))?.isDirectory())
			throw new AuthorError(
				`${part} must be a folder, and no link or file: the config files of the pipeline are read from ${label}. Put the folder itself there.`,
			);
	return new ConfigFolder(pipelines, label);
}

function lookAt(path: string): Stats | null {
	try {
		return lstatSync(path);
	} catch {
		return null;
	}
}

/** Whoever watches the pipelines folder for changes sees all such files, too. */
const isName = (path: string): boolean =>
	/^\w[\w.-]*(\/\w[\w.-]*)*$/.test(path) &&
	!path.split("/").includes("node_modules");
