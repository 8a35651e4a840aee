import {
	type LogCursor,
	type LogFrame,
	RuntimeUnreachable,
	type Stream,
} from "../port.ts";

/**
 * Takes the engine's multiplexed log apart, piece by piece as it comes: per message an 8-byte header (stream, size), a time, a
 * blank, and the line. Holds one unfinished message at most.
 */
export class LogFrames {
	#rest: Buffer = EMPTY;
	readonly #streams: Readonly<Record<Stream, StreamState>>;
	#messages = 0;
	/** The first message was one of those before the cursor. */
	#joins = false;

	constructor(from: LogCursor) {
		this.#streams = {
			stdout: new StreamState(from.stdout),
			stderr: new StreamState(from.stderr),
		};
	}

	/** The frames that are complete with this piece, without those before the cursor. */
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

	/** Where to go on, should the log have to be asked for again. */
	get cursor(): LogCursor {
		const { stdout, stderr } = this.#streams;
		return { stdout: stdout.cursor, stderr: stderr.cursor };
	}
}

/** What to ask the engine for, to have all after the cursor. Nothing: from the beginning. */
export function since({ stdout, stderr }: LogCursor): { since?: string } {
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
const LINE_FEED = 10;
/** The engine cuts lines into parts of this size; all parts of a line carry the time of the first. */
const PART = 16 * 1024;

type Place = LogCursor[Stream];

/** One stream's place in its log. */
class StreamState {
	/** Frames that are known already, and are not told again until they are passed. */
	#known: Place;
	readonly #from: string | undefined;
	#first = "";
	#time = "";
	#frames = 0;
	/** The last message was a part of a line that goes on. */
	#inside = false;

	constructor(known: Place) {
		this.#known = known;
		this.#from = known?.time;
	}

	/** False when it began in the middle of the frames of one time, which are known by their number. */
	get isCountable(): boolean {
		return this.#first !== this.#from;
	}

	get cursor(): Place {
		if (this.#known) return this.#known;
		return this.#time ? { time: this.#time, frames: this.#frames } : null;
	}

	/** Null for a message that the caller has already. */
	take(stream: Stream, message: Buffer): LogFrame | null {
		const blank = message.indexOf(32);
		const time = message.toString("latin1", 0, blank);
		this.#frames = time === this.#time ? this.#frames + 1 : 1;
		this.#time = time;
		this.#first ||= time;
		const { bytes, complete } = this.#line(message.subarray(blank + 1));
		return this.#isKnown() ? null : { stream, time, bytes, complete };
	}

	/**
	 * The `local` driver never ends a cut line with a line feed, not even its last part. A part that fills the buffer goes on; a
	 * shorter one after it is the last. (So a final line over 16 KiB counts as ended; the driver does not keep whether it was.)
	 */
	#line(line: Buffer): { bytes: Buffer; complete: boolean } {
		if (line.at(-1) === LINE_FEED) {
			this.#inside = false;
			return { bytes: line.subarray(0, -1), complete: true };
		}
		const complete = this.#inside && line.length < PART;
		this.#inside = !complete;
		return { bytes: line, complete };
	}

	#isKnown(): boolean {
		const known = this.#known;
		if (!known) return false;
		if (this.#time < known.time) return true;
		if (this.#time === known.time && this.#frames <= known.frames) return true;
		this.#known = null;
		return false;
	}
}
