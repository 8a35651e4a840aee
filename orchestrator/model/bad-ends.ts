import type { Event } from "./events.ts";
import { evolve } from "./evolve.ts";
import { taskOf } from "./graph.ts";
import { stateOf } from "./index-run.ts";
import type { Run } from "./run.ts";
import type { TaskState } from "./task-state.ts";
import { whatHappened, whatNext } from "./what-next.ts";
import type { TaskName } from "./words.ts";

/** Each attempt that ended badly among these events, with what happened and what happens next. A retry without a pause may have begun already by the last of them. */
export function badEnds(before: Run, events: readonly Event[]): BadEnd[] {
	if (!events.some((event) => mayEndBadly(before, event))) return [];
	const ends: BadEnd[] = [];
	let run = before;
	for (const event of events) {
		const after = evolve(run, event);
		if (after !== run && mayEndBadly(after, event))
			ends.push(...endOf(after, event));
		run = after;
	}
	return ends;
}

export interface BadEnd {
	readonly task: TaskName;
	readonly attempt: number;
	readonly story: string;
}

type Ending = Extract<Event, { type: "exited" | "ended" | "watch-expired" }>;

function mayEndBadly(run: Run, event: Event): event is Ending {
	switch (event.type) {
		case "ended":
		case "watch-expired":
			return true;
		case "exited":
			return (
				event.code !== 0 ||
				taskOf(run.graph, event.task).timeoutMs !== undefined ||
				STOPPED.has(stateOf(run, event.task).status)
			);
		default:
			return false;
	}
}

/** Whatever code it gives now, it may have written too much. */
const STOPPED = new Set<TaskState["status"]>(["stopping", "resting", "failed"]);

function endOf(run: Run, { task: name, attempt }: Ending): BadEnd[] {
	const task = taskOf(run.graph, name);
	const state = stateOf(run, name);
	return state.status === "resting" || state.status === "failed"
		? [
				{
					task: name,
					attempt,
					story: `${whatHappened(task, state)} ${whatNext(task, state)}`,
				},
			]
		: [];
}
