import { beginRun } from "../../orchestrator/model/begin.ts";
import type { Event } from "../../orchestrator/model/events.ts";
import { evolve } from "../../orchestrator/model/evolve.ts";
import type { Task } from "../../orchestrator/model/plan.ts";
import type { Run } from "../../orchestrator/model/run.ts";
import type {
	Ending,
	StopReason,
	TaskState,
} from "../../orchestrator/model/task-state.ts";
import type { RunId } from "../../orchestrator/model/words.ts";
import { aPlan, aPrepared, aValue, instant, named } from "../rig/plans.ts";

/** Events in few words: of which task, which attempt, when. */
export const begun: Event = { type: "run-begun", at: instant(0) };
export const cancelled = (at = 0): Event => ({
	type: "cancel-requested",
	at: instant(at),
});
export const scheduled = (task: string, attempt = 1, at = 0): Event => ({
	type: "attempt-scheduled",
	...of(task, attempt, at),
});
export const prepared = (task: string, attempt = 1, at = 0): Event => ({
	type: "prepared",
	...of(task, attempt, at),
	prepared: aPrepared(),
});
export const admitted = (task: string, attempt = 1, at = 0): Event => ({
	type: "attempt-admitted",
	...of(task, attempt, at),
});
export const started = (task: string, attempt = 1, at = 0): Event => ({
	type: "started",
	...of(task, attempt, at),
});
export const exited = (
	task: string,
	code: number,
	at = 0,
	attempt = 1,
): Event => ({
	type: "exited",
	...of(task, attempt, at),
	code,
	warning: null,
});
export const ended = (
	task: string,
	ending: Ending,
	at = 0,
	attempt = 1,
): Event => ({
	type: "ended",
	...of(task, attempt, at),
	ending,
});
export const stopped = (task: string, because: StopReason, at = 0): Event => ({
	type: "stop-requested",
	...of(task, 1, at),
	because,
});
export const overflowed = (task: string, at = 0): Event => ({
	type: "overflowed",
	...of(task, 1, at),
	message: TOO_MUCH,
});
export const TOO_MUCH = "It wrote too much.";
export const published = (task: string, attempt = 1, at = 0): Event => ({
	type: "published",
	...of(task, attempt, at),
	value: aValue,
});
export const noted = (task: string, note: string): Event => ({
	type: "noted",
	...of(task, 1, 0),
	note,
});
export const released = (task: string, attempt = 1): Event => ({
	type: "released",
	...of(task, attempt, 0),
});

/** All that leads to a container that runs. */
export const running = (task: string, attempt = 1, at = 0): Event[] => [
	scheduled(task, attempt, at),
	prepared(task, attempt, at),
	admitted(task, attempt, at),
	started(task, attempt, at),
];

/** A run that has begun, and what happened in it. */
export const aRun = (tasks: readonly Task[], ...events: Event[]): Run =>
	[begun, ...events].reduce(evolve, aQueuedRun(...tasks));

export const aQueuedRun = (...tasks: readonly Task[]): Run =>
	beginRun({ id: "p@2026-11-20~1" as RunId, plan: aPlan(...tasks) });

export const stateIn = (run: Run, task: string): TaskState | undefined =>
	run.tasks.get(named(task));

const of = (task: string, attempt: number, at: number) => ({
	task: named(task),
	attempt,
	at: instant(at),
});
