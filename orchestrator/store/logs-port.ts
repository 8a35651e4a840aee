import type { ContainerName, Instant } from "../model/words.ts";
import type { LogCursor, LogFrame, Stream } from "../runtimes/log-port.ts";

/** The stored logs, one for each attempt. */
export interface LogStore {
	/** Go on with a log from its last whole record. */
	open(name: ContainerName): Promise<OpenLog>;
	/** What is stored from a place on, and the place to go on from; records that are not whole yet are left for later. */
	read(name: ContainerName, from: LogOffset): Promise<StoredRecords>;
	/** Where the last so many records begin. */
	tail(name: ContainerName, records: number): Promise<LogOffset>;
	/** Is there one, be it empty? */
	has(name: ContainerName): Promise<boolean>;
	/** Remove those that were not written to since then, but for these. Answers with what was removed. */
	removeOld(
		before: Instant,
		but: ReadonlySet<ContainerName>,
	): Promise<readonly ContainerName[]>;
}

export interface OpenLog {
	/** How much is stored, also of what was left out for its size. */
	readonly cursor: LogCursor;
	/** In the order of arrival. Resolves once the operating system has it, so a slow disk slows the reader down. */
	append(frames: readonly LogFrame[]): Promise<void>;
	/** Put a sentence of berth's own where the log has come to, on a line of its own. */
	mark(text: string): Promise<void>;
	close(): Promise<void>;
}

/** A line, or a part of one that is long or was written in pieces. */
export interface LogRecord {
	readonly stream: Stream;
	readonly time: string;
	/** Without its line feed. */
	readonly bytes: Uint8Array;
	/** False when the line goes on in the stream's next record (or the stream ended without a line feed). */
	readonly complete: boolean;
}

/** A place in a stored log. */
export interface LogOffset {
	readonly segment: number;
	readonly at: number;
}

export const logBeginning: LogOffset = { segment: 0, at: 0 };

export interface StoredRecords {
	readonly records: readonly LogRecord[];
	readonly next: LogOffset;
	/** There is nothing behind, for now. */
	readonly isEnd: boolean;
}
