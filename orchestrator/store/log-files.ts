import { writeSync } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { boundary } from "../boundary.ts";
import type { ContainerName } from "../model/words.ts";
import type { LogCursor, LogFrame, Stream } from "../runtimes/port.ts";
import { decodeRecords, encodeRecords } from "./log-format.ts";
import type { LogStore, OpenLog, StoredFrames } from "./logs-port.ts";

/** One file for each attempt's log, in a format that `less` can read; see log-format.ts. */
export class LogFiles implements LogStore {
	readonly #folder: string;
	/** Called after a log has grown. */
	onGrown: () => void = () => undefined;

	constructor(folder: string) {
		this.#folder = folder;
	}

	async open(name: ContainerName): Promise<OpenLog> {
		await mkdir(this.#folder, { recursive: true });
		const file = await open(this.#path(name), "a+");
		try {
			const { size } = await file.stat();
			const { cursor, whole } = await tailOf(file, size);
			if (whole < size) await file.truncate(whole);
			return new LogFile(file, cursor, () => this.onGrown());
		} catch (error) {
			await file.close();
			throw error;
		}
	}

	async read(name: ContainerName, offset: number): Promise<StoredFrames> {
		const file = await open(this.#path(name), "r").catch(() => null);
		if (file === null) return { frames: [], next: offset };
		try {
			const buffer = Buffer.alloc(READ_BYTES);
			const { bytesRead } = await file.read(buffer, 0, READ_BYTES, offset);
			const { frames, used } = decodeRecords(buffer.subarray(0, bytesRead));
			return { frames, next: offset + used };
		} finally {
			await file.close();
		}
	}

	async tail(name: ContainerName, records: number): Promise<number> {
		const file = await open(this.#path(name), "r").catch(() => null);
		if (file === null) return 0;
		try {
			return await startOfTail(file, records);
		} finally {
			await file.close();
		}
	}

	#path(name: ContainerName): string {
		return join(this.#folder, `${name}.log`);
	}
}

/** Looks for line feeds, backwards. */
async function startOfTail(file: FileHandle, records: number): Promise<number> {
	const buffer = Buffer.alloc(64 * 1024);
	let { size: end } = await file.stat();
	for (let seen = 0; end > 0; ) {
		const start = Math.max(0, end - buffer.length);
		const { bytesRead } = await file.read(buffer, 0, end - start, start);
		for (let at = bytesRead; at > 0; ) {
			at = buffer.lastIndexOf(10, at - 1);
			if (at < 0) break;
			if (seen++ === records) return start + at + 1;
		}
		end = start;
	}
	return 0;
}

/** A record is at most a frame of 16 KiB and its head, so this always holds some. */
const READ_BYTES = 1024 * 1024;

class LogFile implements OpenLog {
	readonly cursor: LogCursor;
	readonly #file: FileHandle;
	readonly #onGrown: () => void;

	constructor(file: FileHandle, cursor: LogCursor, onGrown: () => void) {
		this.#file = file;
		this.#onGrown = onGrown;
		this.cursor = cursor;
	}

	append(frames: readonly LogFrame[]): void {
		const bytes = encodeRecords(frames);
		boundary("before append to log");
		for (let at = 0; at < bytes.length; )
			at += writeSync(this.#file.fd, bytes, at, bytes.length - at);
		boundary("after append to log");
		this.#onGrown();
	}

	close(): Promise<void> {
		return this.#file.close();
	}
}

/** Read backwards until the last time of both streams is known, or the file's beginning is reached. */
async function tailOf(
	file: FileHandle,
	size: number,
): Promise<{ cursor: LogCursor; whole: number }> {
	for (
		let length = Math.min(size, 256 * 1024);
		;
		length = Math.min(size, length * 4)
	) {
		const buffer = Buffer.alloc(length);
		await file.read(buffer, 0, length, size - length);
		const start = length === size ? 0 : buffer.indexOf(10) + 1;
		const { frames, used } = decodeRecords(buffer.subarray(start));
		const stdout = lastOf(frames, "stdout", length === size);
		const stderr = lastOf(frames, "stderr", length === size);
		if (length === size || (isSure(stdout) && isSure(stderr)))
			return {
				cursor: { stdout: stdout.at, stderr: stderr.at },
				whole: size - length + start + used,
			};
	}
}

interface Last {
	readonly at: LogCursor[Stream];
	/** An earlier time of the same stream was seen, so all frames of the last one were. */
	readonly sure: boolean;
}

const isSure = ({ sure }: Last): boolean => sure;

function lastOf(
	frames: readonly LogFrame[],
	stream: Stream,
	isAll: boolean,
): Last {
	const own = frames.filter((frame) => frame.stream === stream);
	const time = own.at(-1)?.time;
	if (time === undefined) return { at: null, sure: isAll };
	const same = own.filter((frame) => frame.time === time).length;
	return { at: { time, frames: same }, sure: isAll || same < own.length };
}
