import type { ContainerName } from "../../orchestrator/model/words.ts";
import {
	type LogCursor,
	type LogFrame,
	type LogPiece,
	type LogPlace,
	logStart,
	placeAfter,
	type Stream,
} from "../../orchestrator/runtimes/log-port.ts";
import type { Job, Runtime } from "../../orchestrator/runtimes/port.ts";

/** What a contract test needs of a runtime's world. */
export interface RuntimeRig {
	readonly runtime: Runtime;
	/** A new client of the same world. The one before is lost: it may not be told to let go. */
	reconnect(): Promise<Runtime>;
	/** A new job, of a name of its own, that does these steps. It has one output, the folder `hand`. */
	job(steps: readonly Step[], change?: Partial<Job>): Job;
	/** Where this side finds a file of the job's folder `hand`. */
	hand(job: Job, file: string): string;
	/** An image reference that the runtime does not have. */
	readonly missingImage: string;
	/** Whether limits hold. */
	readonly hasWall: boolean;
	/** Make what a run might need beside its containers, as far as the runtime knows such things; the names of what was made. */
	strew(): Promise<readonly string[]>;
	/** Whatever there is in the world of jobs, by any means but the runtime itself. */
	leftovers(): Promise<readonly string[]>;
	/** Clean up, also after a test that failed. */
	close(): Promise<void>;
}

/** What the program of a job does, one after the other; act.mjs does it for real. Without `exit` it exits with 0 at the end. */
export type Step =
	| {
			readonly do: "print";
			readonly base64: string;
			readonly to: Stream;
			readonly times?: number;
	  }
	/** Prints `<value>\n` to stdout. */
	| { readonly do: "print-env"; readonly name: string }
	/** Prints the file that the variable names to stdout. */
	| { readonly do: "print-file"; readonly name: string }
	/** Writes a file into its folder `hand`. */
	| { readonly do: "put"; readonly file: string; readonly text: string }
	/** Goes on once this file is in its folder `hand`. */
	| { readonly do: "await"; readonly file: string }
	| { readonly do: "ignore-stop" }
	| { readonly do: "fill-memory" }
	| { readonly do: "exit"; readonly code: number };

export function print(
	text: string | Uint8Array,
	to: Stream = "stdout",
	times = 1,
): Step {
	const base64 = Buffer.from(text as string).toString("base64");
	return { do: "print", base64, to, times };
}

/** Waits for a file that never comes. */
export const forever: Step = { do: "await", file: "never" };

export const exit = (code: number): Step => ({ do: "exit", code });

/** Never aborts. */
export const { signal: patience } = new AbortController();

/** All that the log has from there to its end. */
export function readAll(
	runtime: Runtime,
	name: ContainerName,
	from = logStart,
): Promise<LogFrame[]> {
	return Array.fromAsync(framesOf(runtime.logs(name, from, patience)));
}

/** One by one, to be kept. A gap is an error. */
export async function* framesOf(
	pieces: AsyncIterable<LogPiece>,
): AsyncGenerator<LogFrame> {
	for await (const piece of pieces) {
		if (piece.kind === "gap") throw new Error(`There is a gap: ${piece.why}`);
		for (const frame of piece.frames.map(copied)) yield frame;
	}
}

/** The first frames of a log, and no further. */
export async function readSome(
	runtime: Runtime,
	name: ContainerName,
	count: number,
): Promise<LogFrame[]> {
	const frames: LogFrame[] = [];
	if (count === 0) return frames;
	for await (const frame of framesOf(runtime.logs(name, logStart, patience)))
		if (frames.push(frame) === count) break;
	return frames;
}

/** The exact bytes that a stream's frames stand for. */
export function bytesOf(frames: readonly LogFrame[], stream: Stream): Buffer {
	return Buffer.concat(
		frames.filter((frame) => frame.stream === stream).map(({ bytes }) => bytes),
	);
}

/** Where a reader stands that has stored these. */
export function cursorAfter(frames: readonly LogFrame[]): LogCursor {
	return { stdout: place(frames, "stdout"), stderr: place(frames, "stderr") };
}

function place(all: readonly LogFrame[], stream: Stream): LogPlace | null {
	return all
		.filter((frame) => frame.stream === stream)
		.reduce<LogPlace | null>(placeAfter, null);
}

const copied = (frame: LogFrame): LogFrame => ({
	...frame,
	bytes: Buffer.from(frame.bytes),
});
