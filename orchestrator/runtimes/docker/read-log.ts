import type { ContainerName } from "../../model/words.ts";
import type { LogCursor, LogFrame } from "../port.ts";
import type { EngineCalls } from "./engine-calls.ts";
import { EngineError, isStatus, unreachable } from "./engine-errors.ts";
import { flatten } from "./flatten.ts";
import { LogFrames, since } from "./log-frames.ts";

export interface ReadLog {
	readonly from: LogCursor;
	readonly signal: AbortSignal;
}

/**
 * A container's log from the cursor to its end. Reading slowly holds the engine back, and the engine the container.
 * Following ends with the container and may leave out its last lines, so the engine is asked for these once more.
 */
export const readLog = (
	calls: EngineCalls,
	name: ContainerName,
	read: ReadLog,
): AsyncIterable<LogFrame> => flatten(batches(calls, name, read));

async function* batches(
	calls: EngineCalls,
	name: ContainerName,
	{ from, signal }: ReadLog,
): AsyncGenerator<readonly LogFrame[]> {
	const ask = (query: { follow?: string; since?: string; tail?: number }) =>
		calls.stream("GET", `/containers/${name}/logs`, {
			query: { stdout: "1", stderr: "1", timestamps: "1", ...query },
			signal,
		});
	try {
		const followed = new LogFrames(from);
		for await (const piece of ask({ follow: "1", ...since(from) }))
			yield followed.push(piece);
		const { cursor } = followed;
		for (const tail of TAILS) {
			const last = new LogFrames(cursor);
			const frames: LogFrame[] = [];
			for await (const piece of ask({ tail })) frames.push(...last.push(piece));
			if (last.reachesBack(tail)) return yield frames;
		}
		const rest = new LogFrames(cursor);
		for await (const piece of ask(since(cursor))) yield rest.push(piece);
	} catch (error) {
		if (isStatus(error, 404)) return; // gone, and its log with it
		throw error instanceof EngineError ? unreachable(error) : error;
	}
}

/** How many of the last messages are asked for, until they reach back to what is known; after these, all. */
const TAILS = [64, 1024];
