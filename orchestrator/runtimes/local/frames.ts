import type { LogFrame, Stream } from "../log-port.ts";

/*
 * A log file is a row of frames: a header of 15 bytes (milliseconds since the epoch: 6, nanoseconds within: 4, size: 4, flags: 1;
 * big-endian), then the bytes. Both streams share the file, so that one reader sees them in order.
 */
const HEADER = 15;
const COMPLETE = 1;
const STDERR = 2;
const LINE_FEED = Buffer.from("\n");

/** Longer lines are told in pieces. */
export const FRAME_BYTES = 16 * 1024;

/** Cuts what a stream says into frames. `sink` gets each frame as soon as it is known. */
export class Splitter {
	#held: Uint8Array[] = [];
	#size = 0;
	readonly #sink: (bytes: Uint8Array, complete: boolean) => void;

	constructor(sink: (bytes: Uint8Array, complete: boolean) => void) {
		this.#sink = sink;
	}

	push(chunk: Uint8Array): void {
		let at = 0;
		while (at < chunk.length) {
			const feed = chunk.indexOf(10, at);
			const end = feed === -1 ? chunk.length : feed;
			const room = FRAME_BYTES - this.#size;
			this.#hold(chunk.subarray(at, Math.min(end, at + room)));
			if (end - at > room) this.#tell(false);
			else if (feed !== -1) this.#tell(true);
			at = end - at > room ? at + room : end + 1;
		}
	}

	end(): void {
		if (this.#size > 0) this.#tell(false);
	}

	#hold(bytes: Uint8Array): void {
		if (bytes.length === 0) return;
		this.#held.push(bytes);
		this.#size += bytes.length;
	}

	#tell(complete: boolean): void {
		const [only] = this.#held;
		const whole = this.#held.length === 1 ? only : Buffer.concat(this.#held);
		this.#held = [];
		this.#size = 0;
		this.#sink(whole ?? new Uint8Array(), complete);
	}
}

/** Writes the frame's header and bytes at the start of `into`; answers how many bytes that took. */
export function encode(
	into: Buffer,
	nanoseconds: bigint,
	frame: Omit<LogFrame, "time"> & { readonly complete: boolean },
): number {
	const { bytes, complete, stream } = frame;
	into.writeUIntBE(Number(nanoseconds / 1_000_000n), 0, 6);
	into.writeUInt32BE(Number(nanoseconds % 1_000_000n), 6);
	into.writeUInt32BE(bytes.length, 10);
	into[14] = (complete ? COMPLETE : 0) | (stream === "stderr" ? STDERR : 0);
	into.set(bytes, HEADER);
	return HEADER + bytes.length;
}

/** How much room `encode` needs for so many bytes. */
export const encodedSize = (bytes: number): number => HEADER + bytes;

/** The frame that begins at `at`, and where the next one does; null when it is not all there yet. */
export function decode(
	buffer: Buffer,
	at: number,
): { frame: LogFrame; next: number } | null {
	const start = at + HEADER;
	if (buffer.length < start) return null;
	const next = start + buffer.readUInt32BE(at + 10);
	if (buffer.length < next) return null;
	const flags = buffer[at + 14] ?? 0;
	const stream: Stream = (flags & STDERR) === 0 ? "stdout" : "stderr";
	const time = rfc3339(buffer.readUIntBE(at, 6), buffer.readUInt32BE(at + 6));
	const complete = (flags & COMPLETE) !== 0;
	const bytes = buffer.subarray(start, next);
	const all = complete ? Buffer.concat([bytes, LINE_FEED]) : bytes;
	return { frame: { stream, time, bytes: all }, next };
}

/** Most frames share their millisecond with the one before. */
let last = { milliseconds: 0, text: "" };

function rfc3339(milliseconds: number, nanoseconds: number): string {
	if (last.milliseconds !== milliseconds) {
		const text = new Date(milliseconds).toISOString().slice(0, -1);
		last = { milliseconds, text };
	}
	return `${last.text}${String(nanoseconds).padStart(6, "0")}Z`;
}
