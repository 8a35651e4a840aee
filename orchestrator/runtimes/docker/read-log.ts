import type { ContainerName } from "../../model/words.ts";
import type { LogCursor, LogPiece } from "../log-port.ts";
import type { EngineCalls } from "./engine-calls.ts";
import { EngineError, isStatus, unreachable } from "./engine-errors.ts";
import { hear } from "./hear.ts";
import { inspect } from "./inspect.ts";
import { type Heard, isHeardWhole } from "./is-heard-whole.ts";
import type { Hearing } from "./known.ts";
import { readCopy } from "./read-copy.ts";
import type { Ask } from "./read-pieces.ts";

export interface ReadLog {
	readonly from: LogCursor;
	/** What is heard of it from its start on, if this process has started it. */
	readonly heard: Heard | null;
	/** What is remembered of hearing it, now or before. */
	readonly hearing: Hearing | null;
	readonly signal: AbortSignal;
}

/**
 * A container's log from the cursor to its end. The one who started it hears it as it is written, which costs a quarter of reading the
 * engine's copy; that is read when hearing was cut, or its end is in doubt, and by those who come later.
 */
export async function* readLog(
	calls: EngineCalls,
	name: ContainerName,
	{ from, heard, hearing, signal }: ReadLog,
): AsyncGenerator<LogPiece> {
	const ask: Ask = (query) =>
		calls.stream("GET", `/containers/${name}/logs`, {
			query: { stdout: "1", stderr: "1", timestamps: "1", ...query },
			signal,
		});
	try {
		let place = from;
		if (heard && !from.stdout && !from.stderr) {
			place = yield* hear(heard, signal);
			if (await isHeardWhole(heard, place, ask)) return;
		} else heard?.socket.close();
		const isOver = async (): Promise<boolean> =>
			(await inspect(calls, name))?.State.Running !== true;
		yield* readCopy(place, { ask, isOver, hearing, signal });
	} catch (error) {
		// Gone, and its log with it; or on its way, and the engine reads it to nobody any more.
		if (isStatus(error, 404) || isStatus(error, 409)) return;
		throw error instanceof EngineError ? unreachable(error) : error;
	}
}
