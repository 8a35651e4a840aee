import { isUtf8 } from "node:buffer";
import { lstatSync, opendirSync, readdirSync, type Stats } from "node:fs";
import { quoted } from "../model/quoted.ts";
import { checkNames, type Entry, entryOf, READABLE, Unfit } from "./entry.ts";
import { codeOf } from "./error-code.ts";

/** Why a folder cannot become an object, in a sentence that begins with the entry's name. */
export interface Fault {
	readonly kind: "fault";
	readonly message: string;
}

export interface Scan {
	readonly kind: "scan";
	readonly entries: readonly Entry[];
}

/** Stop looking beyond this much: it is work for another thread. */
export interface Limit {
	readonly entries: number;
	readonly bytes: number;
}

/** Where else a file may have a name: `inside` this folder only, or `anywhere`, which is right below an object, since all of that is read-only. */
export type Links = "inside" | "anywhere";

/** Everything below the root, in no particular order; or what does not belong in an object. */
export function scanTree(
	root: string,
	{
		limit = { entries: Infinity, bytes: Infinity },
		links = "inside",
	}: { limit?: Limit; links?: Links } = {},
): Scan | Fault | "large" {
	const scanner = new Scanner(root);
	try {
		for (let more = true; more; ) {
			more = scanner.next(limit);
			if (scanner.exceeds(limit)) return "large";
		}
		if (links === "inside") scanner.checkLinks();
		return { kind: "scan", entries: scanner.entries };
	} catch (error) {
		if (error instanceof Unfit)
			return { kind: "fault", message: error.message };
		throw error;
	}
}

class Scanner {
	readonly entries: Entry[] = [];
	readonly #root: string;
	readonly #folders: string[] = [""];
	/** Files with more than one name: how many of the names are here. */
	readonly #links = new Map<
		string,
		{ path: string; all: number; here: number }
	>();
	#bytes = 0;
	/** There is more than the limit allows to look at. */
	#isCut = false;

	constructor(root: string) {
		this.#root = root;
	}

	/** Looks into one more folder, as far as the limit goes; false when there is none left. */
	next(limit: Limit): boolean {
		const folder = this.#folders.pop();
		if (folder === undefined) return false;
		const path = `${this.#root}/${folder}`;
		const names = reading(folder || ".", () =>
			hasMore(path, limit.entries - this.entries.length) ? null : namesIn(path),
		);
		this.#isCut = names === null;
		if (names === null) return false;
		checkNames(folder, names);
		for (const name of names) {
			if (this.exceeds(limit)) return false;
			this.#add(folder ? `${folder}/${name}` : name);
		}
		return true;
	}

	exceeds(limit: Limit): boolean {
		const { length } = this.entries;
		return this.#isCut || length > limit.entries || this.#bytes > limit.bytes;
	}

	/** A name outside would let someone change the object's bytes later. */
	checkLinks(): void {
		for (const { path, all, here } of this.#links.values())
			if (here < all)
				throw new Unfit(
					`${quoted(path)} is a hard link to a file that also lies elsewhere. Write a copy instead.`,
				);
	}

	#add(path: string): void {
		const stats = reading(path, () => lstatSync(`${this.#root}/${path}`));
		const entry = entryOf(path, stats);
		this.entries.push(entry);
		if (entry.kind === "folder") this.#folders.push(path);
		else this.#bytes += entry.size;
		if (entry.kind === "file" && stats.nlink > 1) this.#link(path, stats);
	}

	#link(path: string, { dev, ino, nlink }: Stats): void {
		const key = `${dev}:${ino}`;
		const here = (this.#links.get(key)?.here ?? 0) + 1;
		this.#links.set(key, { path, all: nlink, here });
	}
}

/** Looks at so many names and one more: a folder may hold any number of them, and reading all at once holds up everybody. */
function hasMore(path: string, names: number): boolean {
	if (names === Infinity) return false;
	const folder = opendirSync(path, { encoding: "latin1" });
	try {
		for (let left = names; left >= 0; left--)
			if (folder.readSync() === null) return false;
		return true;
	} finally {
		folder.closeSync();
	}
}

function namesIn(folder: string): readonly string[] {
	return readdirSync(folder, { encoding: "buffer" }).map((name) => {
		if (isUtf8(name)) return name.toString();
		throw new Unfit(
			`${quoted(name.toString("latin1"))} has a name that is not UTF-8. Rename it.`,
		);
	});
}

/** What the file system refuses is the task's to repair, unless it is something nobody expects. */
function reading<T>(path: string, read: () => T): T {
	try {
		return read();
	} catch (error) {
		switch (codeOf(error)) {
			case "EACCES":
			case "EPERM":
				throw new Unfit(`${quoted(path)} cannot be read. ${READABLE}`);
			case "ENAMETOOLONG":
				throw new Unfit(`${quoted(path)} lies too deep. Use shorter paths.`);
			default:
				throw error;
		}
	}
}
