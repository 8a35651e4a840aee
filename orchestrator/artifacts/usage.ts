import { type Dir, lstatSync, opendirSync, type Stats } from "node:fs";
import { quoted } from "../model/quoted.ts";
import type { Usage } from "../model/words.ts";
import { codeOf } from "./error-code.ts";

/** What lies in a folder now, while somebody may be writing there. Looks at hardly more entries than `most`, and follows no link. */
export function usageIn(root: string, most: number): Usage {
	const count = new Count(Buffer.from(root), most);
	try {
		while (count.next());
		return count.usage;
	} finally {
		count.close();
	}
}

class Count {
	readonly #root: Buffer;
	readonly #most: number;
	/** Folders that are being read, each in the one before it, so that a million folders beside each other are not remembered. */
	readonly #open: Open[] = [];
	/** Folders that lie too deep to be opened while those above them are. */
	readonly #later: Buffer[] = [];
	/** Files with more names than one, by device and number. */
	readonly #seen = new Set<string>();
	#bytes = 0;
	#shown = 0;
	#entries = 0;
	#closed: string | null = null;

	constructor(root: Buffer, most: number) {
		this.#root = root;
		this.#most = most;
		this.#enter(root);
	}

	get usage(): Usage {
		return {
			bytes: this.#bytes,
			shown: this.#shown,
			entries: this.#entries,
			closed: this.#closed,
		};
	}

	/** Looks at one more entry; false when there is none left, or enough has been seen. */
	next(): boolean {
		if (this.#entries > this.#most) return false;
		const later = this.#open.length < LEVELS ? this.#later.pop() : undefined;
		if (later) this.#enter(later);
		const here = this.#open.at(-1);
		if (!here) return this.#later.length > 0;
		const entry = here.folder.readSync();
		if (entry) {
			const name = entry.name as unknown as Buffer;
			this.#add(Buffer.concat([here.path, SLASH, name]));
		} else this.#open.pop()?.folder.closeSync();
		return true;
	}

	close(): void {
		for (const { folder } of this.#open.splice(0)) folder.closeSync();
	}

	#enter(path: Buffer): void {
		const encoding = "buffer" as BufferEncoding;
		const folder = this.#look(path, () => opendirSync(path, { encoding }));
		if (folder) this.#open.push({ path, folder });
	}

	#add(path: Buffer): void {
		this.#entries += 1;
		const stats = this.#look(path, () => lstatSync(path));
		if (!stats) return;
		if (!stats.isDirectory() && stats.nlink > 1 && this.#isSeen(stats)) return;
		this.#bytes += stats.blocks * BLOCK;
		if (stats.isFile()) this.#shown += stats.size;
		if (!stats.isDirectory()) return;
		if (this.#open.length < LEVELS) this.#enter(path);
		else this.#later.push(path);
	}

	#look<T>(path: Buffer, look: () => T): T | null {
		try {
			return look();
		} catch (error) {
			const code = codeOf(error) ?? "";
			if (GONE.has(code)) return null;
			if (!CLOSED.has(code)) throw error;
			this.#closed ??= quoted(String(path.subarray(this.#root.length)));
			return null;
		}
	}

	#isSeen({ dev, ino }: Stats): boolean {
		const key = `${dev}:${ino}`;
		const isSeen = this.#seen.has(key);
		this.#seen.add(key);
		return isSeen;
	}
}

interface Open {
	readonly path: Buffer;
	readonly folder: Dir;
}

/** So many are open at once: a process may have a thousand files open, and has others to open. */
const LEVELS = 100;

/** What `blocks` counts in, whatever the file system's own are. */
const BLOCK = 512;
const SLASH = Buffer.from("/");

/** It went while we looked. */
const GONE = new Set(["ENOENT", "ENOTDIR"]);
const CLOSED = new Set(["EACCES", "EPERM", "ENAMETOOLONG"]);
