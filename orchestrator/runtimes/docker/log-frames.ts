import type { LogFrame, Stream } from "../log-port.ts";
import { RuntimeUnreachable } from "../port.ts";
import { inMilliseconds, type Known, type Seen } from "./known.ts";

/**
 * Takes the engine's multiplexed log apart, piece by piece as it comes: per message an 8-byte header (stream, size), a time, a
 * blank, and the line. Holds one unfinished message at most.
 */
export class LogFrames {
	#rest: Buffer = EMPTY;
	readonly #streams: Readonly<Record<Stream, StreamState>>;
	#messages = 0;
	/** The first message was one of those that are known. */
	#joins = false;

	constructor({ stdout, stderr }: Readonly<Record<Stream, Known | null>>) {
		this.#streams = {
			stdout: new StreamState(stdout),
			stderr: new StreamState(stderr),
		};
	}

	/** The frames that are complete with this piece, without what is known. */
	push(piece: Buffer): LogFrame[] {
		const frames: LogFrame[] = [];
		const data = this.#rest.length ? Buffer.concat([this.#rest, piece]) : piece;
		let at = 0;
		while (data.length - at >= HEADER) {
			const end = at + HEADER + data.readUInt32BE(at + 4);
			const stream = streamOf(data[at], end - at);
			if (end > data.length) break;
			const message = data.subarray(at + HEADER, end);
			const frame = this.#streams[stream].take(stream, message);
			if (this.#messages++ === 0) this.#joins = frame === null;
			if (frame) frames.push(frame);
			at = end;
		}
		this.#rest = data.subarray(at);
		return frames;
	}

	/** Of the last so many messages: do they reach back to what is known, so that nothing is missing between? */
	reachesBack(asked: number): boolean {
		if (this.#messages < asked) return true; // it is the whole log
		const { stdout, stderr } = this.#streams;
		return this.#joins && stdout.isCountable && stderr.isCountable;
	}

	/** There is something new, but the end of what is known was not there before it. */
	get hasGap(): boolean {
		const { stdout, stderr } = this.#streams;
		return stdout.hasGap || stderr.hasGap;
	}

	/** Where to go on, should the log have to be asked for again. */
	get places(): Places {
		const { stdout, stderr } = this.#streams;
		return { stdout: stdout.seen, stderr: stderr.seen };
	}
}

export type Places = Readonly<Record<Stream, Seen | null>>;

/** What to ask the engine for, to have all after these places. Nothing: from the beginning. */
export function since({ stdout, stderr }: Places): { since?: string } {
	if (!stdout || !stderr) return {};
	const earlier = stdout.time < stderr.time ? stdout : stderr;
	return { since: inSeconds(earlier.time) };
}

/** As the engine wants it, with nanoseconds; it is inclusive. */
function inSeconds(time: string): string {
	const nanoseconds = /\.(\d+)Z$/.exec(time)?.[1] ?? "0";
	const seconds = Math.floor(Date.parse(time) / 1000);
	return `${seconds}.${nanoseconds.padEnd(9, "0")}`;
}

/** The third stream is the engine's own, for what went wrong while it was reading. */
function streamOf(number: number | undefined, size: number): Stream {
	if (size <= LARGEST && number === 1) return "stdout";
	if (size <= LARGEST && number === 2) return "stderr";
	throw new RuntimeUnreachable(
		"The engine stopped in the middle of a log. It is asked again from there.",
	);
}

const EMPTY = Buffer.alloc(0);
/** The engine's own are 16 KiB. */
const LARGEST = 16 * 2 ** 20;
const HEADER = 8;
const LINE_FEED = Buffer.from("\n");
/** The engine cuts lines into parts of this size; all parts of a line carry the time of the first. */
const PART = 16 * 1024;

/** One stream's place in its log. */
class StreamState {
	/** There is something new, but the end of what is known was not there before it. */
	hasGap = false;
	/** Null once something new has come. */
	#known: Known | null;
	/** By the number of whose messages it is known. */
	readonly #from: string | undefined;
	/** The time of which nobody who stores knows the number of messages. */
	#uncounted = "";
	#first = "";
	#time = "";
	#nth = 0;
	/** The last message was a part of a line that goes on. */
	#inside = false;

	constructor(known: Known | null) {
		this.#known = known;
		this.#from = known?.seen?.time;
		if (known?.seen?.isUncounted) this.#uncounted = known.seen.time;
	}

	/** False when it began in the middle of the messages of one time, which are known by their number. */
	get isCountable(): boolean {
		return this.#first !== this.#from;
	}

	get seen(): Seen | null {
		if (this.#known?.seen) return this.#known.seen;
		const [time, nth] = [this.#time, this.#nth];
		return time ? { time, nth, isUncounted: time === this.#uncounted } : null;
	}

	/** Null for a message of which nothing is new. */
	take(stream: Stream, message: Buffer): LogFrame | null {
		const blank = message.indexOf(32);
		const time = message.toString("latin1", 0, blank);
		this.#nth = time === this.#time ? this.#nth + 1 : 1;
		this.#time = time;
		this.#first ||= time;
		const bytes = this.#newOf(this.#line(message.subarray(blank + 1)));
		if (!bytes) return null;
		const isUncounted = time === this.#uncounted;
		return { stream, time: isUncounted ? inMilliseconds(time) : time, bytes };
	}

	#newOf(bytes: Buffer): Buffer | null {
		const known = this.#known;
		if (!known) return bytes;
		const message = { time: this.#time, nth: this.#nth, bytes };
		const fresh = known.newOf(message);
		if (!known.seen && fresh !== bytes) this.#uncounted = this.#time;
		if (fresh) this.#pass(known);
		return fresh;
	}

	#pass(known: Known): void {
		this.hasGap = !known.isMet;
		this.#known = null;
	}

	/**
	 * The `local` driver never ends a cut line with a line feed, not even its last part. A part that fills the buffer goes on; a
	 * shorter one after it is the last. (So a final line over 16 KiB counts as ended; the driver does not keep whether it was.)
	 */
	#line(line: Buffer): Buffer {
		const isEnded = line.at(-1) === LINE_FEED[0];
		const isLast = !isEnded && this.#inside && line.length < PART;
		this.#inside = !isEnded && !isLast;
		return isLast ? Buffer.concat([line, LINE_FEED]) : line;
	}
}
