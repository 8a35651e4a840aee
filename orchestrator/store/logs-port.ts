import type { ContainerName } from "../model/words.ts";
import type { LogCursor, LogFrame } from "../runtimes/port.ts";

/** The stored logs, one for each attempt. */
export interface LogStore {
	/** Go on with a log from its last whole record. */
	open(name: ContainerName): Promise<OpenLog>;
	/** What is stored from an offset on, and the offset to go on from; frames that are not whole yet are left for later. */
	read(name: ContainerName, offset: number): Promise<StoredFrames>;
	/** Where the last so many records begin. */
	tail(name: ContainerName, records: number): Promise<number>;
}

export interface OpenLog {
	readonly cursor: LogCursor;
	/** In the order of arrival; handed to the operating system at once, so a slow disk slows the reader down. */
	append(frames: readonly LogFrame[]): void;
	close(): Promise<void>;
}

export interface StoredFrames {
	readonly frames: readonly LogFrame[];
	readonly next: number;
}
