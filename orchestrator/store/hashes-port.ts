import type { Instant } from "../model/words.ts";

/** What files hashed to when they were last read. Only to save time: losing any of it costs reading a file again. */
export interface FileHashes {
	/** What is remembered of these, in no order. */
	knownHashes(paths: readonly string[]): Promise<readonly FileHash[]>;
	/** In place of what was remembered of them before. */
	rememberHashes(hashes: readonly FileHash[]): Promise<void>;
	/** Forget those last seen before this, at most so many; answers how many that were. */
	forgetHashes(before: Instant, most: number): Promise<number>;
}

/** The file as it was when it was hashed. */
export interface FileHash {
	/** Relative to the data directory. */
	readonly path: string;
	readonly ino: number;
	readonly size: number;
	/** Milliseconds with fractions, as the file system tells them. */
	readonly mtimeMs: number;
	readonly ctimeMs: number;
	readonly sha256: string;
	/** When somebody last asked for it, to the day. */
	readonly seenAt: Instant;
}
