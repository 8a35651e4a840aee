import { isUtf8 } from "node:buffer";
import type { Stats } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { basename } from "node:path";
import { BERTH_FOLDER } from "../model/data-path.ts";
import type { FileStamp } from "../model/task-state.ts";
import type { DataPath } from "../model/words.ts";
import { codeOf, ifThere } from "./error-code.ts";
import type { Problem } from "./port.ts";
import { problem } from "./problems.ts";

export interface Files {
	readonly kind: "nothing" | "file" | "folder";
	readonly files: readonly FileStamp[];
}

/** Every file at or below a path, as it is now. Symlinks are followed as long as they stay in the data directory. */
export async function filesAt(
	data: string,
	path: DataPath,
): Promise<Files | Problem> {
	try {
		const real = await ifThere(realpath(data));
		if (real === null) return { kind: "nothing", files: [] };
		return await new Walk(real).begin(path);
	} catch (error) {
		if (error instanceof Unusable) return problem(error.message);
		throw error;
	}
}

class Unusable extends Error {}

interface Place {
	/** Where it really is. */
	readonly real: string;
	/** What it is called below the input's folder. */
	readonly as: string;
}

class Walk {
	readonly #data: string;
	readonly #files: FileStamp[] = [];
	readonly #folders: Place[] = [];
	readonly #seen = new Set<string>();

	constructor(data: string) {
		this.#data = data;
	}

	async begin(path: DataPath): Promise<Files> {
		const real = await this.#resolve(`${this.#data}/${path}`, path);
		const stats = real && (await ifThere(stat(real)));
		if (!real || !stats) return { kind: "nothing", files: [] };
		const isFolder = stats.isDirectory();
		this.#take({ real, as: isFolder ? "" : basename(path) }, stats);
		for (let next = this.#folders.pop(); next; next = this.#folders.pop())
			await this.#look(next);
		this.#files.sort((a, b) => (a.as < b.as ? -1 : 1));
		return { kind: isFolder ? "folder" : "file", files: this.#files };
	}

	async #look(folder: Place): Promise<void> {
		const entries = await allowed(folder.real, () =>
			readdir(folder.real, { encoding: "buffer" }),
		);
		for (const bytes of entries ?? []) {
			if (!isUtf8(bytes))
				throw new Unusable(
					`"${this.#shown(folder.real)}" holds a name that is not UTF-8 (${JSON.stringify(bytes.toString("latin1"))}). Rename it.`,
				);
			const name = bytes.toString();
			const as = folder.as ? `${folder.as}/${name}` : name;
			const real = await this.#resolve(`${folder.real}/${name}`, as);
			const stats = real && (await ifThere(stat(real)));
			if (real && stats) this.#take({ real, as }, stats);
		}
	}

	#take(place: Place, stats: Stats): void {
		if (stats.isFile()) this.#files.push(this.#stamp(place, stats));
		else if (!stats.isDirectory())
			throw new Unusable(
				`"${this.#shown(place.real)}" is neither a file nor a folder. Move it away.`,
			);
		else if (!this.#seen.has(place.real)) {
			this.#seen.add(place.real);
			this.#folders.push(place);
		}
	}

	#stamp({ real, as }: Place, stats: Stats): FileStamp {
		const { ino, size, mtimeMs, ctimeMs } = stats;
		const path = this.#shown(real) as DataPath;
		return { path, as, ino, size, mtimeMs, ctimeMs };
	}

	/** Null when it is not there, or a symlink to nothing. */
	async #resolve(path: string, shown: string): Promise<string | null> {
		const real = await allowed(shown, () => realpath(path));
		if (real === null) return null;
		const below = this.#shown(real);
		if (below.startsWith("/"))
			throw new Unusable(
				`"${shown}" is a symbolic link to ${real}, outside the data directory, where a container could not follow it. Copy it here instead.`,
			);
		if (below.startsWith(`${BERTH_FOLDER}/`) && !OBJECT.test(below))
			throw new Unusable(
				`"${shown}" leads into berth's own folder. Remove it.`,
			);
		return real;
	}

	#shown(real: string): string {
		return real.startsWith(`${this.#data}/`)
			? real.slice(this.#data.length + 1)
			: real;
	}
}

const OBJECT = new RegExp(`^${BERTH_FOLDER}/objects/[0-9a-f]{64}(/|$)`);

/** Null when it is not there; what may not be read is a sentence. */
async function allowed<T>(
	shown: string,
	read: () => Promise<T>,
): Promise<T | null> {
	try {
		return await ifThere(read());
	} catch (error) {
		switch (codeOf(error)) {
			case "EACCES":
			case "EPERM":
				throw new Unusable(
					`"${shown}" may not be read. Change its mode or its owner.`,
				);
			case "ELOOP":
				throw new Unusable(
					`"${shown}" is a symbolic link to itself. Remove it.`,
				);
			default:
				throw error;
		}
	}
}
