import type { ContainerName } from "../../model/words.ts";
import type { LogCursor, LogFrame } from "../port.ts";
import type { EngineCalls } from "./engine-calls.ts";
import { EngineError, isStatus, unreachable } from "./engine-errors.ts";
import { LogFrames, recent, since } from "./log-frames.ts";

export interface ReadLog {
	readonly from: LogCursor;
	readonly signal: AbortSignal;
}

/**
 * A container's log from the cursor to its end. Reading slowly holds the engine back, and the engine the container.
 * After following, the engine is asked once more without: following ends with the container, and may leave out its last lines.
 */
export async function* readLog(
	calls: EngineCalls,
	name: ContainerName,
	{ from, signal }: ReadLog,
): AsyncGenerator<LogFrame> {
	const followed = new LogFrames(from);
	const ask = (follow: string, since: string | undefined) =>
		calls.stream("GET", `/containers/${name}/logs`, {
			query: {
				stdout: "1",
				stderr: "1",
				timestamps: "1",
				follow,
				since,
			},
			signal,
		});
	try {
		for await (const piece of ask("1", since(from)))
			yield* followed.push(piece);
		const rest = new LogFrames(followed.cursor);
		for await (const piece of ask("0", recent(rest.cursor)))
			yield* rest.push(piece);
	} catch (error) {
		if (isStatus(error, 404)) return; // gone, and its log with it
		throw error instanceof EngineError ? unreachable(error) : error;
	}
}
