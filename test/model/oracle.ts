import { slotsOf, type Task } from "../../orchestrator/model/plan.ts";
import type { Run } from "../../orchestrator/model/run.ts";
import type { TaskState } from "../../orchestrator/model/task-state.ts";
import type { Instant, TaskName } from "../../orchestrator/model/words.ts";

/** What is true of a run, found by looking at every task, without any index. The laws compare the core with it. */
export const stateIn = (run: Run, name: TaskName): TaskState =>
	run.tasks.get(name) ?? { status: "waiting" };

export const taskIn = (run: Run, name: TaskName): Task => {
	const task = run.plan.tasks.find((one) => one.name === name);
	if (!task) throw new Error(`The plan has no task "${name}".`);
	return task;
};

const UP = ["starting", "running", "publishing", "stopping"];
const OVER = ["succeeded", "failed", "skipped", "cancelled"];

export const mayHaveContainer = ({ status }: TaskState): boolean =>
	UP.includes(status);

export const isFinished = ({ status }: TaskState): boolean =>
	OVER.includes(status);

export const isRunFinished = (run: Run): boolean =>
	run.plan.tasks.every(({ name }) => isFinished(stateIn(run, name)));

export const slotsTaken = (run: Run): number =>
	run.plan.tasks
		.filter(({ name }) => {
			const state = stateIn(run, name);
			return mayHaveContainer(state) && state.status !== "publishing";
		})
		.reduce((sum, { work }) => sum + slotsOf(work), 0);

/** May it start, as far as the others are concerned? */
export function isJoined(run: Run, { after, join }: Task): boolean {
	const ends = after.map((name) => stateIn(run, name));
	return join === "all-over"
		? ends.every(isFinished)
		: ends.every(({ status }) => status === "succeeded");
}

/** Can it never start, as far as the others are concerned? */
export const isBroken = (run: Run, { after, join }: Task): boolean =>
	join === "all-succeeded" &&
	after.some((name) =>
		["failed", "skipped", "cancelled"].includes(stateIn(run, name).status),
	);

/** When time alone next matters to it: a retry, a time-out, a sensor's patience. */
export function dueOf(run: Run, { name, timeoutMs }: Task): Instant | null {
	const state = stateIn(run, name);
	if (state.status === "resting") return state.until;
	const ticks = state.status === "running" || state.status === "watching";
	return ticks && timeoutMs !== undefined
		? ((state.since + timeoutMs) as Instant)
		: null;
}

/** What ought to be chosen about it now, by the name of the decision. Admission depends on room and is not here. */
export function wantedOf(run: Run, task: Task, now: Instant): string | null {
	const state = stateIn(run, task.name);
	const isDue = (dueOf(run, task) ?? Number.POSITIVE_INFINITY) <= now;
	if (state.status === "starting" || state.status === "running")
		return run.cancelled !== null || isDue ? "stop-requested" : null;
	if (isFinished(state) || mayHaveContainer(state)) return null;
	if (state.status === "promoting") return null;
	if (run.cancelled !== null) return "task-cancelled";
	if (state.status === "watching") return isDue ? "watch-expired" : null;
	if (state.status === "resting") return isDue ? "attempt-scheduled" : null;
	if (state.status !== "waiting" || run.begun === null) return null;
	if (isBroken(run, task)) return "task-skipped";
	return isJoined(run, task) ? "attempt-scheduled" : null;
}
