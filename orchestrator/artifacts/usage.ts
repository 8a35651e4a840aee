import { lstatSync, opendirSync, type Stats } from "node:fs";
import { quoted } from "../model/quoted.ts";
import type { Usage } from "../model/words.ts";
import { codeOf } from "./error-code.ts";

/** What lies in a folder now, while somebody may be writing there. Looks at hardly more entries than `most`, and follows no link. */
export function usageIn(root: string, most: number): Usage {
	const count = new Count(Buffer.from(root), most);
	while (count.next());
	return count.usage;
}

class Count {
	readonly #root: Buffer;
	readonly #most: number;
	/** Folders to look into. Bytes, because a name need not be UTF-8. */
	readonly #folders: Buffer[];
	/** Files with more names than one, by device and number. */
	readonly #seen = new Set<string>();
	#bytes = 0;
	#shown = 0;
	#entries = 0;
	#closed: string | null = null;

	constructor(root: Buffer, most: number) {
		this.#root = root;
		this.#most = most;
		this.#folders = [root];
	}

	get usage(): Usage {
		return {
			bytes: this.#bytes,
			shown: this.#shown,
			entries: this.#entries,
			closed: this.#closed,
		};
	}

	/** Looks into one more folder; false when there is none left, or enough has been seen. */
	next(): boolean {
		const path = this.#folders.pop();
		if (path === undefined || this.#entries > this.#most) return false;
		this.#look(path, () => this.#read(path));
		return true;
	}

	/** A few names at a time: a folder may hold any number of them. */
	#read(path: Buffer): void {
		const folder = opendirSync(path, { encoding: "buffer" as BufferEncoding });
		try {
			for (let entry = folder.readSync(); entry; entry = folder.readSync()) {
				if (this.#entries > this.#most) return;
				const name = entry.name as unknown as Buffer;
				this.#add(Buffer.concat([path, SLASH, name]));
			}
		} finally {
			folder.closeSync();
		}
	}

	#add(path: Buffer): void {
		this.#entries += 1;
		const stats = this.#look(path, () => lstatSync(path));
		if (!stats) return;
		if (stats.isDirectory()) this.#folders.push(path);
		else if (stats.nlink > 1 && this.#isSeen(stats)) return;
		this.#bytes += stats.blocks * BLOCK;
		if (stats.isFile()) this.#shown += stats.size;
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

/** What `blocks` counts in, whatever the file system's own are. */
const BLOCK = 512;
const SLASH = Buffer.from("/");

/** It went while we looked. */
const GONE = new Set(["ENOENT", "ENOTDIR"]);
const CLOSED = new Set(["EACCES", "EPERM", "ENAMETOOLONG"]);
