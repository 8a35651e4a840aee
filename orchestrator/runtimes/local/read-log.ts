import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import type { LogCursor, LogFrame, LogPiece } from "../log-port.ts";
import { Bell } from "./bell.ts";
import { decode } from "./frames.ts";
import { codeOf } from "./records.ts";
import { isUp, look } from "./state.ts";

const CHUNK_BYTES = 256 * 1024;

/** The log from the cursor on, and what is still added to it while the program runs. Reads only when asked for more. */
export async function* readLog(
	folder: string,
	from: LogCursor,
	signal: AbortSignal,
): AsyncGenerator<LogPiece> {
	using bell = new Bell(folder, signal);
	await using file = await openLog(folder, bell);
	if (!file) return;
	const isNew = after(from);
	const tail = new Tail(file);
	for (;;) {
		const mayGrow = isUp(look(folder)); // asked before reading: what comes after the end is nothing
		for (let more = true; more; more = await tail.fill()) {
			const frames = [...tail.frames()].filter(isNew);
			if (frames.length > 0) yield { kind: "frames", frames };
			signal.throwIfAborted();
		}
		if (!mayGrow) return;
		await bell.next();
	}
}

/** Null when there never was a log. */
async function openLog(folder: string, bell: Bell): Promise<FileHandle | null> {
	for (;;) {
		const mayCome = isUp(look(folder));
		try {
			return await open(join(folder, "log"));
		} catch (error) {
			if (codeOf(error) !== "ENOENT") throw error;
		}
		if (!mayCome) return null;
		await bell.next();
	}
}

/** A growing file, read in big pieces and told in frames. */
class Tail {
	readonly #file: FileHandle;
	#rest: Buffer = Buffer.alloc(0);
	#at = 0;

	constructor(file: FileHandle) {
		this.#file = file;
	}

	/** False when there is nothing more, for now. */
	async fill(): Promise<boolean> {
		const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
		const { bytesRead } = await this.#file.read(
			chunk,
			0,
			chunk.length,
			this.#at,
		);
		this.#at += bytesRead;
		this.#rest = Buffer.concat([this.#rest, chunk.subarray(0, bytesRead)]);
		return bytesRead > 0;
	}

	*frames(): Generator<LogFrame> {
		let at = 0;
		for (let one = decode(this.#rest, at); one; one = decode(this.#rest, at)) {
			at = one.next;
			yield one.frame;
		}
		this.#rest = this.#rest.subarray(at);
	}
}

/** Is this frame after the cursor? To be asked once for each frame, in order. Times compare as text, being of one width. */
function after(cursor: LogCursor): (frame: LogFrame) => boolean {
	const left = {
		stdout: cursor.stdout?.frames ?? 0,
		stderr: cursor.stderr?.frames ?? 0,
	};
	return ({ stream, time }) => {
		const stored = cursor[stream];
		if (!stored || time > stored.time) return true;
		if (time < stored.time) return false;
		left[stream] -= 1;
		return left[stream] < 0;
	};
}
