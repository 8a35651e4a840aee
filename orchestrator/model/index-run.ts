import { Map as IMap, OrderedSet } from "immutable";
import { taskOf } from "./graph.ts";
import { type Plan, slotsOf, type Task } from "./plan.ts";
import type { Index, Run } from "./run.ts";
import { isOver, type TaskState } from "./task-state.ts";
import { addTimer, trim } from "./timers.ts";
import type { Instant, TaskName } from "./words.ts";

/** The run with one task in another state, and its index kept true. Costs what the task touches, not what the plan holds. */
export function withState(run: Run, name: TaskName, after: TaskState): Run {
	const before = stateOf(run, name);
	const task = taskOf(run.graph, name);
	const tasks = run.tasks.set(name, after);
	const moved = { ...run, tasks, index: moveTask(run, task, before, after) };
	const told =
		isOver(after) && !isOver(before)
			? tellDownstream(moved, name, after)
			: moved;
	return { ...told, index: withTimers(told, task, before, after) };
}

export const stateOf = (run: Run, name: TaskName): TaskState =>
	run.tasks.get(name) ?? { status: "waiting" };

/** The index of a run in which every task waits. */
export function emptyIndex(plan: Plan): Index {
	const waiting = plan.tasks.filter(({ after }) => after.length > 0);
	const ready = plan.tasks.filter(({ after }) => after.length === 0);
	return {
		open: IMap(waiting.map(({ name, after }) => [name, after.length])),
		agenda: OrderedSet(ready.map(({ name }) => name)),
		launchable: OrderedSet(),
		live: OrderedSet(),
		timers: null,
		slots: 0,
		remaining: plan.tasks.length,
		failed: 0,
		cancelled: 0,
	};
}

/** Does it hold slots in this state? */
export const slotsHeld = (task: Task, state: TaskState): number =>
	holdsSlot(state) ? slotsOf(task.work) : 0;

/** Is something going on in the world for it, or must be? */
export function isLive(state: TaskState): boolean {
	return (
		state.status === "preparing" ||
		state.status === "watching" ||
		state.status === "promoting" ||
		mayHaveContainer(state)
	);
}

/** Has a cancel still something to say about it? A publication is let finish. */
export function isStoppable(state: TaskState): boolean {
	switch (state.status) {
		case "waiting":
		case "preparing":
		case "starting":
		case "running":
		case "watching":
		case "resting":
			return true;
		case "publishing":
		case "promoting":
		case "stopping":
		case "succeeded":
		case "failed":
		case "skipped":
		case "cancelled":
			return false;
	}
}

/** When time alone next changes what is to be done about it. */
export function dueAt(task: Task, state: TaskState): Instant | null {
	switch (state.status) {
		case "resting":
			return state.until;
		case "running":
		case "watching":
			return task.timeoutMs === undefined
				? null
				: ((state.since + task.timeoutMs) as Instant);
		case "waiting":
		case "preparing":
		case "starting":
		case "publishing":
		case "promoting":
		case "stopping":
		case "succeeded":
		case "failed":
		case "skipped":
		case "cancelled":
			return null;
	}
}

/** May a container of it be there? */
export function mayHaveContainer(state: TaskState): state is WithContainer {
	const { status } = state;
	return (
		status === "starting" ||
		status === "running" ||
		status === "publishing" ||
		status === "stopping"
	);
}

/** One that has ended gives its slot to the next while its outputs are published: what a slot stands for, memory and CPU, is free. */
const holdsSlot = (state: TaskState): boolean =>
	mayHaveContainer(state) && state.status !== "publishing";

type WithContainer = Extract<
	TaskState,
	{ status: "starting" | "running" | "publishing" | "stopping" }
>;

const isLaunchable = (state: TaskState): boolean =>
	state.status === "preparing" && state.prepared !== null;

function moveTask(
	{ index, cancelled }: Run,
	task: Task,
	before: TaskState,
	after: TaskState,
): Index {
	const { name } = task;
	const count = (holds: (state: TaskState) => boolean): number =>
		Number(holds(after)) - Number(holds(before));
	return {
		...index,
		agenda: member(
			index.agenda,
			name,
			cancelled !== null && isStoppable(after),
		),
		launchable: member(index.launchable, name, isLaunchable(after)),
		live: member(index.live, name, isLive(after)),
		slots: index.slots + slotsHeld(task, after) - slotsHeld(task, before),
		remaining: index.remaining - count(isOver),
		failed: index.failed + count(({ status }) => status === "failed"),
		cancelled: index.cancelled + count(({ status }) => status === "cancelled"),
	};
}

/** Those that wait for it have one thing less to wait for, and may have something to choose now. */
function tellDownstream(run: Run, name: TaskName, state: TaskState): Run {
	const downstream = run.graph.downstream.get(name) ?? [];
	if (downstream.length === 0) return run;
	const open = run.index.open.withMutations((counts) => {
		for (const waiting of downstream) {
			const left = (counts.get(waiting) ?? 1) - 1;
			if (left > 0) counts.set(waiting, left);
			else counts.delete(waiting);
		}
	});
	const concerned = downstream.filter(
		(waiting) =>
			stateOf(run, waiting).status === "waiting" &&
			(!open.has(waiting) || breaks(state, taskOf(run.graph, waiting))),
	);
	const agenda = run.index.agenda.union(concerned);
	return { ...run, index: { ...run.index, open, agenda } };
}

/** Does this end of something it waits for decide that it never starts? */
export const breaks = (state: TaskState, { join }: Task): boolean =>
	join === "all-succeeded" && isOver(state) && state.status !== "succeeded";

function withTimers(
	run: Run,
	task: Task,
	before: TaskState,
	after: TaskState,
): Index {
	const due = dueAt(task, after);
	const timers =
		due === null || due === dueAt(task, before)
			? run.index.timers
			: addTimer(run.index.timers, due, task.name);
	const holds = (name: TaskName, at: Instant): boolean =>
		dueAt(taskOf(run.graph, name), stateOf(run, name)) === at;
	return { ...run.index, timers: trim(timers, holds) };
}

const member = (
	set: OrderedSet<TaskName>,
	name: TaskName,
	isIn: boolean,
): OrderedSet<TaskName> => (isIn ? set.add(name) : set.delete(name));
