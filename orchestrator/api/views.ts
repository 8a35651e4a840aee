import { inWords } from "../model/messages.ts";
import type { Task } from "../model/plan.ts";
import type { RunStatus } from "../model/run.ts";
import type { SweepPart } from "../model/sweep.ts";
import type {
	PublishedOutput,
	Succeeded,
	TaskState,
} from "../model/task-state.ts";
import { type Spent, whatHappened, whatNext } from "../model/what-next.ts";
import { type Instant, iso, type Json, type Named } from "../model/words.ts";
import type {
	AttemptEnding,
	AttemptRecord,
	Publication,
	RunDetail,
	RunRecord,
	TaskRecord,
	Trigger,
	Variable,
} from "../store/port.ts";
import { type InputView, inputViews } from "./input-view.ts";

/** A run as lists show it. Times are ISO, absent is null. */
export interface RunHead {
	readonly id: string;
	readonly pipeline: string;
	readonly ds: string;
	readonly status: RunStatus;
	readonly params: Named<Json>;
	readonly trigger: Trigger["kind"];
	/** Who started it, where that is known; null when it was due. */
	readonly by: string | null;
	/** Of which sweep it is, and which of its runs. */
	readonly sweep: SweepPart | null;
	readonly createdAt: string;
	readonly startedAt: string | null;
	readonly endedAt: string | null;
	/** Over, and nothing of it is left running or lying about. */
	readonly settled: boolean;
}

export interface RunView extends RunHead {
	/** Group of the pipeline's config → the file that was chosen. */
	readonly choices: Named<string>;
	/** The run that it does again to compare. */
	readonly replays: string | null;
	readonly vars: Named<string>;
	readonly tasks: readonly TaskView[];
}

export interface TaskView {
	readonly name: string;
	readonly kind: Task["work"]["kind"];
	readonly after: readonly string[];
	readonly status: TaskState["status"];
	/** What happened, in a sentence or two: why it failed or was skipped, what it waits for. */
	readonly message: string | null;
	/** What happens next, where an attempt ended badly: when it is tried again and whose budget that takes, or that it is not. */
	readonly next: string | null;
	readonly nextAttemptAt: string | null;
	readonly result: { readonly [key: string]: Json } | null;
	/** What its latest attempt took; of a run that is watched only once that is settled. */
	readonly inputs: Named<InputView>;
	readonly outputs: Named<PublishedOutput>;
	/** The attempt that computed what stands in here, because nothing had changed. */
	readonly unchangedSince: string | null;
	/** The hash of everything that its latest attempt was made from. */
	readonly fingerprint: string | null;
	readonly attempts: readonly AttemptView[];
}

export interface AttemptView {
	readonly id: string;
	readonly ending: AttemptEnding["kind"] | null;
	readonly exitCode: number | null;
	readonly message: string | null;
	readonly startedAt: string | null;
	readonly endedAt: string | null;
}

/** Who published what when: the newest of its path wins. */
export interface PublicationView {
	readonly path: string;
	readonly object: string;
	readonly attempt: string;
	readonly at: string;
	readonly bytes: number;
	readonly files: number;
}

export interface VariableView {
	readonly name: string;
	readonly value: string;
	readonly updatedAt: string;
}

export const publicationView = (of: Publication): PublicationView => ({
	path: of.path,
	object: of.object,
	attempt: of.attempt,
	at: iso(of.at),
	bytes: of.bytes,
	files: of.files,
});

export const variableView = (variable: Variable): VariableView => ({
	name: variable.name,
	value: variable.value,
	updatedAt: iso(variable.updatedAt),
});

export const headOf = (run: RunRecord): RunHead => ({
	id: run.id,
	pipeline: run.pipeline,
	ds: run.ds,
	status: run.status,
	params: run.params,
	trigger: run.trigger.kind,
	by: ("by" in run.trigger && run.trigger.by) || null,
	sweep: ("sweep" in run.trigger && run.trigger.sweep) || null,
	createdAt: iso(run.createdAt),
	startedAt: time(run.startedAt),
	endedAt: time(run.endedAt),
	settled: run.settled,
});

export function viewOf(run: RunDetail): RunView {
	const records = new Map(run.tasks.map((record) => [record.name, record]));
	return {
		...headOf(run),
		choices: run.plan.choices ?? {},
		replays: run.plan.replays ?? null,
		vars: run.plan.vars,
		tasks: run.plan.tasks.map((task) =>
			taskView(
				task,
				records.get(task.name) ?? {
					name: task.name,
					state: { status: "waiting" },
					attempts: [],
					inputs: null,
				},
			),
		),
	};
}

function taskView(
	task: Task,
	{ state, attempts, inputs }: TaskRecord,
): TaskView {
	const value = state.status === "succeeded" ? state.value : null;
	return {
		name: task.name,
		kind: task.work.kind,
		after: task.after,
		status: state.status,
		message: messageOf(task, state),
		next: isSpent(state) ? whatNext(task, state) : null,
		nextAttemptAt: state.status === "resting" ? iso(state.until) : null,
		result: value?.result ?? null,
		inputs: inputViews(inputs),
		outputs: value?.outputs ?? {},
		unchangedSince: sinceOf(state),
		fingerprint: attempts.at(-1)?.fingerprint ?? null,
		attempts: attempts.map(attemptView),
	};
}

const sinceOf = (state: TaskState): string | null =>
	state.status === "succeeded" && state.by.kind === "unchanged"
		? state.by.since
		: null;

const attemptView = (attempt: AttemptRecord): AttemptView => ({
	id: attempt.id,
	ending: attempt.ending?.kind ?? null,
	exitCode: attempt.ending?.code ?? null,
	message: attempt.ending?.message ?? null,
	startedAt: time(attempt.startedAt),
	endedAt: time(attempt.endedAt),
});

/** What a person wants to know about a task in this state; null when the status says it all. */
function messageOf(task: Task, state: TaskState): string | null {
	switch (state.status) {
		case "failed":
		case "resting":
			return whatHappened(task, state);
		case "skipped":
			return state.because.kind === "upstream"
				? `Task "${state.because.task}" did not succeed.`
				: `It exited with code ${state.because.code}: nothing to do.`;
		case "stopping":
			return whyStopped(task, state);
		case "preparing":
			return state.prepared === null ? state.note : "It waits for a slot.";
		case "watching":
			return state.note;
		case "succeeded":
			return howItSucceeded(state.by);
		case "waiting":
		case "starting":
		case "running":
		case "publishing":
		case "promoting":
		case "cancelled":
			return null;
	}
}

function howItSucceeded(by: Succeeded["by"]): string | null {
	switch (by.kind) {
		case "attempt":
			return null;
		case "carried":
			return `Carried over from ${by.run}.`;
		case "unchanged":
			return `Unchanged since ${by.since}.`;
	}
}

function whyStopped(
	task: Task,
	state: Extract<TaskState, { status: "stopping" }>,
): string {
	switch (state.because) {
		case "cancelled":
			return "It was cancelled and is being stopped.";
		case "timed-out":
			return `It ran longer than its time-out of ${inWords(task.timeoutMs ?? 0)} and is being stopped.`;
		case "out-of-disk":
			return state.ending.message;
	}
}

const isSpent = (state: TaskState): state is Spent =>
	state.status === "resting" || state.status === "failed";

const time = (at: Instant | null): string | null =>
	at === null ? null : iso(at);
