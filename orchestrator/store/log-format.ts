import type { LogFrame, Stream } from "../runtimes/log-port.ts";
import type { LogRecord } from "./logs-port.ts";

/*
 * A record is `<RFC 3339 time> <mark> <bytes>\n`, the bytes as the container wrote them; a line is one record, or several when it is
 * long or was written in pieces. The mark is `o` or `e` for the stream, and a capital when the line goes on in the stream's next
 * record. Nothing is escaped and nothing need be UTF-8: each stream can be put together again byte for byte. Two marks are berth's
 * own: `!` is a sentence of berth's, `#` begins a segment and says what came before it.
 */

/** Frames on their way into a file: a buffer that is filled with records, written, and filled again. */
export class RecordBuffer {
	readonly #buffer: Buffer;
	#filled = 0;
	#heads = { time: "", stream: "", whole: EMPTY, part: EMPTY };

	constructor(size: number) {
		this.#buffer = Buffer.allocUnsafeSlow(size);
	}

	/** What is to be written; then call `clear`. */
	get records(): Buffer {
		return this.#buffer.subarray(0, this.#filled);
	}

	clear(): void {
		this.#filled = 0;
	}

	/** Adds records of the frame's bytes from there on, as far as there is room. Answers with how far that was. */
	put({ stream, time, bytes }: LogFrame, from: number): Put {
		const { whole, part } = this.#headsOf(time, stream);
		const buffer = this.#buffer;
		let [at, lines, filled] = [from, 0, this.#filled];
		while (at < bytes.length) {
			const feed = bytes.indexOf(FEED, at);
			const end = Math.min(feed < 0 ? bytes.length : feed, at + MOST_BYTES);
			if (filled + whole.length + end - at + 1 > buffer.length) break;
			buffer.set(end === feed ? whole : part, filled);
			filled += whole.length;
			filled = copy(bytes, at, end, buffer, filled);
			buffer[filled++] = FEED;
			if (end === feed) lines++;
			at = end === feed ? end + 1 : end;
		}
		this.#filled = filled;
		return { at, lines };
	}

	/** Successive lines mostly have the same. */
	#headsOf(time: string, stream: Stream) {
		if (this.#heads.time !== time || this.#heads.stream !== stream) {
			const [whole, part] = stream === "stdout" ? "oO" : "eE";
			this.#heads = {
				time,
				stream,
				whole: Buffer.from(`${time} ${whole} `, "latin1"),
				part: Buffer.from(`${time} ${part} `, "latin1"),
			};
		}
		return this.#heads;
	}
}

interface Put {
	readonly at: number;
	/** How many lines ended. */
	readonly lines: number;
}

/** For the few bytes of most lines, a loop is faster than a call. */
function copy(
	from: Uint8Array,
	start: number,
	end: number,
	to: Buffer,
	at: number,
): number {
	if (end - start > 64) to.set(from.subarray(start, end), at);
	else for (let i = start, j = at; i < end; i++, j++) to[j] = from[i] as number;
	return at + end - start;
}

/** A sentence of berth's own, as a record. */
export const markRecord = (time: string, text: string): Buffer =>
	Buffer.from(`${time} ! ${text.replaceAll("\n", " ")}\n`);

/** What stands at the head of a segment. */
export const headRecord = (time: string, before: object): Buffer =>
	Buffer.from(`${time} # ${JSON.stringify(before)}\n`);

/** What a segment's head says; null when it has none, or none that is whole. */
export function headOf(bytes: Buffer): { text: string; size: number } | null {
	const end = bytes.indexOf(FEED);
	const mark = bytes.indexOf(SPACE) + 1;
	if (end < 0 || mark === 0 || bytes[mark] !== HEAD) return null;
	return { text: bytes.toString("utf8", mark + 2, end), size: end + 1 };
}

/** Whole records only; `used` is where the first one that is not whole begins. */
export function decodeRecords(bytes: Buffer): {
	records: Decoded[];
	used: number;
} {
	const records: Decoded[] = [];
	let used = 0;
	for (
		let end = bytes.indexOf(FEED);
		end >= 0;
		end = bytes.indexOf(FEED, used)
	) {
		const record = decode(bytes.subarray(used, end));
		if (record) records.push(record);
		used = end + 1;
	}
	return { records, used };
}

interface Decoded extends LogRecord {
	/** A sentence of berth's. */
	readonly isOurs: boolean;
}

function decode(record: Buffer): Decoded | null {
	const space = record.indexOf(SPACE);
	const mark = String.fromCharCode(record[space + 1] ?? 0);
	if (space < 0 || !"oeOE!".includes(mark)) return null;
	return {
		time: record.toString("latin1", 0, space),
		stream: mark.toLowerCase() === "o" ? "stdout" : "stderr",
		complete: mark === mark.toLowerCase(),
		bytes: record.subarray(space + 3),
		isOurs: mark === "!",
	};
}

const EMPTY = Buffer.alloc(0);
const FEED = 10;
const SPACE = 32;
const HEAD = 35;

/** Longer lines are stored in parts. */
const MOST_BYTES = 16 * 1024;
