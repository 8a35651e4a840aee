import type { Stream } from "../log-port.ts";

/** Takes apart what a connection tells of both streams: per message an 8-byte header (stream, size), then bytes. Keeps none of them. */
export class Demultiplexer {
	readonly #header = Buffer.alloc(HEADER);
	#headed = 0;
	#left = 0;
	#stream: Stream = "stdout";

	/** Calls back with parts of the piece. */
	push(piece: Buffer, said: (stream: Stream, bytes: Buffer) => void): void {
		for (let at = 0; at < piece.length; ) {
			if (this.#left === 0) at += this.#readHeader(piece.subarray(at));
			const bytes = piece.subarray(at, at + this.#left);
			if (bytes.length > 0) said(this.#stream, bytes);
			this.#left -= bytes.length;
			at += bytes.length;
		}
	}

	#readHeader(piece: Buffer): number {
		const count = piece.copy(this.#header, this.#headed, 0);
		this.#headed += count;
		if (this.#headed < HEADER) return count;
		this.#headed = 0;
		this.#left = this.#header.readUInt32BE(4);
		this.#stream = this.#header[0] === STDERR ? "stderr" : "stdout";
		return count;
	}
}

const HEADER = 8;
const STDERR = 2;
