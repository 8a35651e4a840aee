import { type FileHandle, mkdir, open, readFile, rm } from "node:fs/promises";
import { bounded } from "../boundary.ts";
import type { LogCursor, LogFrame } from "../runtimes/log-port.ts";
import { headRecord, markRecord, RecordBuffer } from "./log-format.ts";
import { type LogSegments, SEGMENTS } from "./log-segments.ts";
import {
	isInside,
	type LogState,
	stateAfter,
	stateBehind,
} from "./log-state.ts";
import type { OpenLog } from "./logs-port.ts";

/** Goes on with a log, from its last whole record. */
export async function openWriter(
	segments: LogSegments,
	settings: WriterSettings,
): Promise<OpenLog> {
	for (const segment of (await segments.list()).toReversed()) {
		const before = await segments.before(segment);
		if (before) return await opened(segments, segment, before, settings);
		await rm(segments.pathOf(segment)); // killed while it was begun
	}
	throw new Error(`${segments.pathOf(0)} is no log.`);
}

export interface WriterSettings {
	/** How many bytes are kept. */
	readonly limit: number;
	readonly onGrown: () => void;
}

async function opened(
	segments: LogSegments,
	segment: number,
	before: LogState,
	settings: WriterSettings,
): Promise<OpenLog> {
	const file = await open(segments.pathOf(segment), "a+");
	try {
		const bytes = await readFile(file);
		const { state, used } = stateBehind(before, bytes);
		if (used < bytes.length) await file.truncate(used);
		const at = { file, segment, size: used, state };
		return new LogWriter(segments, at, settings);
	} catch (error) {
		await file.close();
		throw error;
	}
}

interface Place {
	file: FileHandle;
	segment: number;
	size: number;
	state: LogState;
}

class LogWriter implements OpenLog {
	readonly #segments: LogSegments;
	readonly #settings: WriterSettings;
	readonly #segmentBytes: number;
	readonly #at: Place;

	constructor(segments: LogSegments, at: Place, settings: WriterSettings) {
		this.#segments = segments;
		this.#settings = settings;
		this.#segmentBytes = Math.max(LEAST_BYTES, settings.limit / SEGMENTS);
		this.#at = at;
	}

	get cursor(): LogCursor {
		const { stdout, stderr } = this.#at.state;
		return { stdout, stderr };
	}

	async append(frames: readonly LogFrame[]): Promise<void> {
		const buffer = spare.pop() ?? new RecordBuffer(LEAST_BYTES);
		try {
			for (const frame of frames) await this.#add(frame, buffer);
			await this.#flush(buffer);
		} finally {
			buffer.clear();
			if (spare.length < MOST_SPARE) spare.push(buffer);
		}
		this.#settings.onGrown();
	}

	async mark(text: string): Promise<void> {
		const now = new Date().toISOString();
		const marks = isInside(this.#at.state) ? ["", text] : [text];
		const records = marks.map((mark) => markRecord(now, mark));
		await this.#write(Buffer.concat(records));
		this.#settings.onGrown();
	}

	close(): Promise<void> {
		return this.#at.file.close();
	}

	async #add(frame: LogFrame, buffer: RecordBuffer): Promise<void> {
		for (let at = 0; at < frame.bytes.length; ) {
			const put = buffer.put(frame, at);
			const bytes = frame.bytes.subarray(at, put.at);
			if (bytes.length === 0) await this.#flush(buffer);
			else
				this.#at.state = stateAfter(
					this.#at.state,
					{ ...frame, bytes },
					put.lines,
				);
			at = put.at;
		}
	}

	async #flush(buffer: RecordBuffer): Promise<void> {
		if (buffer.records.length > 0) await this.#write(buffer.records);
		buffer.clear();
	}

	/** A segment is begun after the one before is full, so that its head tells all that is in that one. */
	async #write(records: Buffer): Promise<void> {
		await bounded(
			() => "append to log",
			() => this.#writeAll(records),
		);
		if (this.#at.size >= this.#segmentBytes) await this.#beginNext();
	}

	async #writeAll(bytes: Buffer): Promise<void> {
		for (let done = 0; done < bytes.length; ) {
			const rest = bytes.length - done;
			const { bytesWritten } = await this.#at.file.write(bytes, done, rest);
			done += bytesWritten;
		}
		this.#at.size += bytes.length;
	}

	async #beginNext(): Promise<void> {
		const { state, segment, file } = this.#at;
		await mkdir(this.#segments.folder, { recursive: true });
		const path = this.#segments.pathOf(segment + 1);
		this.#at.file = await open(path, "a");
		this.#at.segment = segment + 1;
		this.#at.size = 0;
		await file.close();
		const time = new Date().toISOString();
		await this.#writeAll(headRecord(time, state));
		await this.#segments.dropBefore(segment + 1);
	}
}

/** Of a segment, and of what is written at a time. */
const LEAST_BYTES = 128 * 1024;

/** Shared by all. */
const spare: RecordBuffer[] = [];
const MOST_SPARE = 8;
