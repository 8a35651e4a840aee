import { AuthorError } from "../author-error.ts";
import { didYouMean } from "../nearest.ts";
import type { GroupOverride } from "../overrides.ts";
import { Choices } from "./choices.ts";
import {
	type ConfigFile,
	type Default,
	type GroupDefault,
	isOverride,
	type Option,
} from "./config-file.ts";
import type { ConfigFolder } from "./config-folder.ts";
import type { Keys } from "./node.ts";
import { fileOf, keyOf, packageOf, pathOf, type Spot } from "./spots.ts";

/** The files that a config is put together from, in order, each with where its contents belong. */
export interface Expanded {
	readonly steps: readonly Step[];
	/** Group → the file that was chosen. */
	readonly choices: Readonly<Record<string, string>>;
}

export interface Step {
	readonly file: ConfigFile;
	readonly package: Keys;
}

/**
 * The primary config's defaults list, and those of the files in it, as Hydra resolves them: of several choices for a group, the one
 * nearest to the command line counts. A list is gone through from its end, so that what stands later (an experiment) can override
 * what stands before it.
 */
export function expand(
	folder: ConfigFolder,
	overrides: readonly GroupOverride[],
): Expanded {
	const choices = new Choices(folder, overrides);
	const expansion = new Expansion(folder, choices);
	const steps = expansion.primary();
	choices.close();
	return { steps, choices: choices.made() };
}

class Expansion {
	readonly #folder: ConfigFolder;
	readonly #choices: Choices;

	constructor(folder: ConfigFolder, choices: Choices) {
		this.#folder = folder;
		this.#choices = choices;
	}

	primary(): readonly Step[] {
		const file = this.#folder.file(PRIMARY);
		if (!file)
			throw new AuthorError(
				`${this.#folder.label(`${PRIMARY}.yaml`)} is missing: it holds the values of the config and its defaults list. Make it, or remove the folder.`,
			);
		const more = this.#choices.added();
		return this.#inside({ file, dir: "", package: "", above: [PRIMARY] }, more);
	}

	#inside(parent: Parent, more: readonly GroupDefault[]): readonly Step[] {
		const list = [...parent.file.defaults, ...more];
		this.#refuseLate(parent.file.defaults);
		for (const one of parent.file.defaults)
			if (isOverride(one)) this.#choices.override(one as GroupDefault, parent);
		const parts = list
			.filter((one) => !isOverride(one))
			.map((entry) => ({ entry, steps: null as readonly Step[] | null }));
		// What names another choice waits until that is made.
		for (const isLate of [false, true])
			for (const part of parts.toReversed())
				if (part.steps === null && (isLate || !this.#waits(part.entry, parent)))
					part.steps = this.#steps(part.entry, parent);
		return parts.flatMap(({ steps }) => steps ?? []);
	}

	#waits(entry: Default, parent: Spot): boolean {
		if (entry.kind === "self") return false;
		if (entry.kind === "config") return entry.path.includes("${");
		return JSON.stringify(this.#choices.option(entry, parent)).includes("${");
	}

	#refuseLate(list: readonly Default[]): void {
		const first = list.findIndex(isOverride);
		const late = list
			.slice(first + 1)
			.find((one) => !isOverride(one) && one.kind !== "self");
		if (first >= 0 && late)
			throw new AuthorError(
				`${late.from}: what overrides other choices must be at the end of the defaults list. Move this entry before the first "override".`,
			);
	}

	#steps(entry: Default, parent: Parent): readonly Step[] {
		switch (entry.kind) {
			case "self":
				return [{ file: parent.file, package: keysOfPackage(parent.package) }];
			case "config":
				return this.#config(entry, parent);
			case "group":
				return this.#group(entry, parent);
		}
	}

	#config(
		entry: Extract<Default, { kind: "config" }>,
		parent: Parent,
	): readonly Step[] {
		const path = pathOf(this.#choices.filled(entry.path, entry.from), parent);
		const file = this.#folder.file(path);
		if (file) return this.#below(file, path, entry, parent);
		const dir = path.split("/").slice(0, -1).join("/");
		const known =
			dir === "" || this.#folder.isGroup(dir) ? this.#folder.options(dir) : [];
		throw new AuthorError(
			`${entry.from}: there is no ${this.#folder.label(path)}.yaml.${didYouMean(path.split("/").at(-1) ?? "", known)}`,
		);
	}

	#group(entry: GroupDefault, parent: Parent): readonly Step[] {
		const key = keyOf(entry, parent);
		const option = this.#choices.choose(entry, parent);
		return namesOf(option).flatMap((name) => {
			const path = fileOf(entry, name, parent);
			const file = this.#folder.file(path);
			if (file) return this.#below(file, path, entry, parent);
			if (entry.isOptional) {
				this.#choices.drop(key);
				return [];
			}
			throw this.#choices.unknown(entry, name, parent);
		});
	}

	#below(
		file: ConfigFile,
		path: string,
		entry: Exclude<Default, { kind: "self" }>,
		parent: Parent,
	): readonly Step[] {
		if (parent.above.includes(path))
			throw new AuthorError(
				`${entry.from}: ${file.label} is among its own defaults, by way of ${parent.file.label}. Take it out there.`,
			);
		const dir = path.split("/").slice(0, -1).join("/");
		const inner = packageOf(entry, parent, file.header);
		const above = [...parent.above, path];
		return this.#inside({ file, dir, package: inner, above }, []);
	}
}

/** A file in the tree of defaults, and the files that led to it. */
interface Parent extends Spot {
	readonly file: ConfigFile;
	readonly above: readonly string[];
}

const PRIMARY = "config";

const namesOf = (option: Option): readonly string[] =>
	option === null ? [] : typeof option === "string" ? [option] : option;

const keysOfPackage = (name: string): Keys =>
	name === "" ? [] : name.split(".");
