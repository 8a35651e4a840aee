import { type Command, commands } from "../model/commands.ts";
import type { Run } from "../model/run.ts";
import type { RunId, TaskName } from "../model/words.ts";
import { isUnderWay } from "./lanes.ts";

/** An attempt that has something in the world, and what berth does about it. */
export interface UnderWay extends Pick<Command, "do" | "attempt"> {
	readonly run: RunId;
	readonly task: TaskName;
}

export const underWayIn = (runs: Iterable<Run>): UnderWay[] =>
	[...runs].flatMap((run) =>
		commands(run)
			.filter(isUnderWay)
			.map(({ do: verb, task, attempt }) => ({
				do: verb,
				run: run.id,
				task: task.name,
				attempt,
			})),
	);
