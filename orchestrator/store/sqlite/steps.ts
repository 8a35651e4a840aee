import type { Event } from "../../model/events.ts";
import { evolveTask } from "../../model/evolve-task.ts";
import type { Task } from "../../model/plan.ts";
import type { TaskState } from "../../model/task-state.ts";
import type { TaskName } from "../../model/words.ts";

/** One event that moved a task. */
export interface Step {
	readonly event: TaskEvent;
	readonly before: TaskState;
	readonly after: TaskState;
}

type TaskEvent = Exclude<
	Extract<Event, { task: TaskName }>,
	{ type: "released" }
>;

/** The fold over the stored state once more, step by step: what became of an attempt can be read off its steps only, since by the end of a turn the task may be trying the next one. */
export function stepsOf(
	task: Task,
	stored: TaskState,
	events: readonly Extract<Event, { task: TaskName }>[],
): Step[] {
	const steps: Step[] = [];
	let before = stored;
	for (const event of events) {
		if (event.type === "released") continue;
		const after = evolveTask(task, before, event);
		if (after !== before) steps.push({ event, before, after });
		before = after;
	}
	return steps;
}

/** Can the event change what is recorded of an attempt, or publish? Only then are the steps worth going through. */
export function concernsAttempt(event: Event): boolean {
	switch (event.type) {
		case "attempt-scheduled":
		case "prepared":
		case "unchanged":
		case "started":
		case "exited":
		case "ended":
		case "published":
		case "found":
		case "watch-expired":
		case "task-cancelled":
			return true;
		case "run-begun":
		case "cancel-requested":
		case "attempt-admitted":
		case "stop-requested":
		case "task-skipped":
		case "task-carried":
		case "noted":
		case "overflowed":
		case "released":
			return false;
	}
}
