import type { TaskEvent } from "./evolve.ts";
import { exitedWith, tookTooLong, watchedTooLong } from "./messages.ts";
import type { Task } from "./plan.ts";
import { NO_FAILURES, pauseAfter, tallied } from "./retry.ts";
import type {
	Ending,
	Prepared,
	Tally,
	TaskState,
	Value,
} from "./task-state.ts";
import type { Instant } from "./words.ts";

/** What one event makes of one task. The picture is in task-state.ts. */
export function evolveTask(
	task: Task,
	state: TaskState,
	event: TaskEvent,
): TaskState {
	const { at } = event;
	switch (event.type) {
		case "attempt-scheduled":
			return schedule(task, state, event.attempt, at);
		case "attempt-admitted":
			return state.status === "preparing" &&
				isOf(state, event) &&
				state.prepared !== null
				? { ...live(state, state.prepared), status: "starting", since: at }
				: state;
		case "stop-requested":
			return stopping(state, event);
		case "watch-expired":
			return state.status === "watching" && isOf(state, event)
				? settle(task, state, watchedTooLong(task, state.note), at)
				: state;
		case "task-skipped":
			return state.status === "waiting"
				? { status: "skipped", at, because: event.because }
				: state;
		case "task-cancelled":
			return state.status === "waiting" ||
				state.status === "preparing" ||
				state.status === "watching" ||
				state.status === "resting"
				? { status: "cancelled", at }
				: state;
		case "task-carried":
			return state.status === "waiting"
				? {
						status: "succeeded",
						at,
						by: { kind: "carried", run: event.run },
						value: event.value,
					}
				: state;
		case "noted":
			return (state.status === "watching" ||
				(state.status === "preparing" && state.prepared === null)) &&
				isOf(state, event) &&
				state.note !== event.note
				? { ...state, note: event.note }
				: state;
		case "prepared":
			return state.status === "preparing" &&
				isOf(state, event) &&
				state.prepared === null
				? { ...state, prepared: event.prepared, note: null }
				: state;
		case "unchanged":
			return state.status === "preparing" &&
				isOf(state, event) &&
				state.prepared === null
				? {
						status: "succeeded",
						at,
						by: {
							kind: "unchanged",
							attempt: event.attempt,
							since: event.since,
						},
						value: event.value,
					}
				: state;
		case "started":
			return state.status === "starting" && isOf(state, event)
				? { ...live(state, state.prepared), status: "running", since: at }
				: state;
		case "exited":
			return exited(task, state, event);
		case "overflowed":
			return state.status === "running" && isOf(state, event)
				? {
						...halting(state, at),
						because: "out-of-disk",
						ending: { kind: "out-of-disk", message: event.message },
					}
				: state;
		case "ended":
			return isTrying(state) && isOf(state, event)
				? settle(task, state, event.ending, at)
				: state;
		case "published":
			return (state.status === "publishing" || state.status === "promoting") &&
				isOf(state, event)
				? succeeded(event.attempt, at, event.value)
				: state;
		case "found":
			return state.status === "watching" && isOf(state, event)
				? succeeded(event.attempt, at, {
						outputs: {},
						result: null,
						found: event.source,
					})
				: state;
	}
}

type Trying = Extract<TaskState, { tally: Tally }>;
type WithPrepared = Extract<
	TaskState,
	{ status: "starting" | "running" | "publishing" | "stopping" }
>;

const isTrying = (
	state: TaskState,
): state is Exclude<Trying, { status: "resting" }> =>
	"tally" in state && state.status !== "resting";

const isOf = (
	state: { readonly attempt: number },
	event: { readonly attempt: number },
): boolean => state.attempt === event.attempt;

const live = (
	{ attempt, tally }: Trying,
	prepared: Prepared,
): Pick<WithPrepared, "attempt" | "tally" | "prepared"> => ({
	attempt,
	tally,
	prepared,
});

function schedule(
	task: Task,
	state: TaskState,
	attempt: number,
	at: Instant,
): TaskState {
	if (state.status !== "waiting" && state.status !== "resting") return state;
	const last = state.status === "resting" ? state.attempt : 0;
	if (attempt !== last + 1) return state;
	const tally = state.status === "resting" ? state.tally : NO_FAILURES;
	const tried = { attempt, tally, since: at };
	switch (task.work.kind) {
		case "container":
			return { status: "preparing", ...tried, note: null, prepared: null };
		case "files":
		case "publication":
			return { status: "watching", ...tried, note: null };
		case "promote":
			return { status: "promoting", ...tried };
	}
}

function stopping(
	state: TaskState,
	event: Extract<TaskEvent, { type: "stop-requested" }>,
): TaskState {
	if (state.status !== "starting" && state.status !== "running") return state;
	if (!isOf(state, event)) return state;
	return { ...halting(state, event.at), because: event.because };
}

const halting = (
	state: Extract<TaskState, { status: "starting" | "running" }>,
	since: Instant,
) =>
	({
		...live(state, state.prepared),
		status: "stopping",
		since,
		started: state.status === "running" ? state.since : null,
	}) as const;

function exited(
	task: Task,
	state: TaskState,
	event: Extract<TaskEvent, { type: "exited" }>,
): TaskState {
	const { at, code } = event;
	if (state.status !== "running" && state.status !== "stopping") return state;
	if (!isOf(state, event)) return state;
	if (state.status === "stopping" && state.because === "cancelled")
		return { status: "cancelled", at };
	if (wroteTooMuch(state) && !hadEndedWell(state, event))
		return settle(task, state, state.ending, at);
	if (!isInTime(task, state, at))
		return settle(task, state, tookTooLong(task), at);
	if (code === 0)
		return { ...live(state, state.prepared), status: "publishing", since: at };
	if (task.work.kind === "container" && task.work.skipOn.includes(code))
		return { status: "skipped", at, because: { kind: "exit-code", code } };
	return settle(task, state, exitedWith(code), at);
}

const wroteTooMuch = (state: TaskState) =>
	state.status === "stopping" && state.because === "out-of-disk";

/** Nobody stopped it, by the engine's own times: we heard late of its end. Publishing looks once more at what it wrote. */
const hadEndedWell = (
	{ since }: { readonly since: Instant },
	{ at, code }: { readonly at: Instant; readonly code: number },
): boolean => code === 0 && at < since;

/** By the engine's own times: what finished in time counts, however late we heard of it, and what did not does not. */
function isInTime(task: Task, state: WithPrepared, ended: Instant): boolean {
	const started = state.status === "stopping" ? state.started : state.since;
	if (task.timeoutMs === undefined) return true;
	return started !== null && ended - started <= task.timeoutMs;
}

function settle(
	task: Task,
	state: Exclude<Trying, { status: "resting" }>,
	ending: Ending,
	at: Instant,
): TaskState {
	if (state.status === "stopping" && state.because === "cancelled")
		return { status: "cancelled", at };
	const why = isStopping(state)
		? (whyStopped(task, state, at) ?? ending)
		: ending;
	const { attempt } = state;
	const tally = tallied(state.tally, why);
	const pause = pauseAfter(why, tally, task.retries);
	return pause === null
		? { status: "failed", attempt, at, ending: why }
		: {
				status: "resting",
				attempt,
				tally,
				until: (at + pause) as Instant,
				ending: why,
			};
}

type Stopping = Extract<TaskState, { status: "stopping" }>;

const isStopping = (state: TaskState): state is Stopping =>
	state.status === "stopping";

/** What it is stopped for counts, not what became of it while it was; but not what it had ended by in time. */
function whyStopped(task: Task, state: Stopping, at: Instant): Ending | null {
	if (state.because === "out-of-disk") return state.ending;
	return isInTime(task, state, at) ? null : tookTooLong(task);
}

const succeeded = (attempt: number, at: Instant, value: Value): TaskState => ({
	status: "succeeded",
	at,
	by: { kind: "attempt", attempt },
	value,
});
