import { withAllStoppableOnAgenda } from "./begin.ts";
import type { Event } from "./events.ts";
import { evolveTask } from "./evolve-task.ts";
import { stateOf, withState } from "./index-run.ts";
import { owedAfter, withoutOwed } from "./owed.ts";
import type { Run } from "./run.ts";

/** Total: an event that no longer applies leaves the run as it was. */
export function evolve(run: Run, event: Event): Run {
	switch (event.type) {
		case "run-begun":
			return run.begun === null ? { ...run, begun: event.at } : run;
		case "cancel-requested":
			return run.cancelled === null
				? withAllStoppableOnAgenda({ ...run, cancelled: event.at })
				: run;
		case "released":
			return withoutOwed(run, event.task, event.attempt);
		case "task-carried":
		case "noted":
		case "prepared":
		case "unchanged":
		case "started":
		case "exited":
		case "ended":
		case "overflowed":
		case "published":
		case "found":
		case "attempt-scheduled":
		case "attempt-admitted":
		case "stop-requested":
		case "watch-expired":
		case "task-skipped":
		case "task-cancelled":
			return evolveOne(run, event);
	}
}

function evolveOne(run: Run, event: TaskEvent): Run {
	const task = run.graph.tasks.get(event.task);
	if (!task) return run;
	const before = stateOf(run, event.task);
	const after = evolveTask(task, before, event);
	if (after === before) return run;
	return owedAfter(withState(run, task.name, after), task.name, before, after);
}

/** Events that change the state of one task. */
export type TaskEvent = Exclude<
	Event,
	{ type: "run-begun" | "cancel-requested" | "released" }
>;
