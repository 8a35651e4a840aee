import { closeSync, openSync, writeSync } from "node:fs";
import type { Stream } from "../log-port.ts";
import { encode, encodedSize, FRAME_BYTES, Splitter } from "./frames.ts";

const BATCH_BYTES = 256 * 1024;

/**
 * The supervisor's side of a log. Writes synchronously: a disk that is slower than the program slows the program down, and memory stays
 * as it is.
 */
export class LogFile {
	readonly #file: number;
	readonly #batch = Buffer.allocUnsafe(BATCH_BYTES);
	readonly #now = risingClock();
	#filled = 0;
	#room: number;

	/** After so many bytes, the rest is not kept, and the log says so. */
	constructor(path: string, limit: number) {
		this.#file = openSync(path, "a", 0o600);
		this.#room = limit;
	}

	/** Where to put what a stream says, chunk by chunk. */
	open(stream: Stream): { write(chunk: Uint8Array): void; end(): void } {
		const splitter = new Splitter((bytes, complete) =>
			this.#keep(stream, bytes, complete),
		);
		return {
			write: (chunk) => {
				if (this.#room < 0) return;
				splitter.push(chunk);
				this.#flush();
			},
			end: () => {
				splitter.end();
				this.#flush();
			},
		};
	}

	close(): void {
		closeSync(this.#file);
	}

	#keep(stream: Stream, bytes: Uint8Array, complete: boolean): void {
		if (this.#room < 0) return;
		this.#room -= bytes.length;
		if (this.#room >= 0) this.#add(stream, bytes, complete);
		else this.#add("stderr", Buffer.from(FULL), true);
	}

	#add(stream: Stream, bytes: Uint8Array, complete: boolean): void {
		if (this.#filled + encodedSize(FRAME_BYTES) > BATCH_BYTES) this.#flush();
		const rest = this.#batch.subarray(this.#filled);
		this.#filled += encode(rest, this.#now(), { stream, bytes, complete });
	}

	#flush(): void {
		try {
			for (let done = 0; done < this.#filled; )
				done += writeSync(this.#file, this.#batch, done, this.#filled - done);
		} catch {
			this.#room = -1; // a full disk: the rest of the log is lost, the task is not
		}
		this.#filled = 0;
	}
}

const FULL =
	"berth: the log has reached its limit; what follows is not kept. Let the task print less.";

/** Nanoseconds since the epoch. Each answer is greater than the one before, whatever happens to the machine's clock. */
function risingClock(): () => bigint {
	const offset = BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint();
	let last = 0n;
	return () => {
		const now = offset + process.hrtime.bigint();
		last = now > last ? now : last + 1n;
		return last;
	};
}
