import { ulid } from "ulid";
import { attemptId, handRunId } from "../model/names.ts";
import type { Work } from "../model/plan.ts";
import type { AttemptId, Instant, RunId, TaskName } from "../model/words.ts";
import type { NewRun, RunDetail, TaskRecord } from "../store/port.ts";
import type { Provenance } from "../store/provenance-port.ts";
import { Refused } from "./berth.ts";
import { type Made, replayPlan } from "./replay-plan.ts";
import type { ReplayRequest } from "./replaying.ts";

/** The run that does another one again. */
export async function replayRun(
	run: RunDetail,
	{ only, key, by }: ReplayRequest,
	{
		store,
		now,
	}: { readonly store: Pick<Provenance, "attempt">; readonly now: Instant },
): Promise<NewRun> {
	refuseWhileGoingOn(run);
	const asked = only === undefined ? run.tasks : [taskOf(run, only)];
	const made = new Map<TaskName, Made>();
	const kinds = kindsOf(run);
	for (const task of asked) {
		const ids = attemptsOf(run.id, task, kinds);
		const known = await madeFrom(ids, store);
		if (known) made.set(task.name, known);
	}
	if (made.size === 0) throw nothingToReplay(run, only);
	return {
		id: handRunId(run.pipeline, run.ds, key ?? ulid(now)),
		...replayPlan(run, made, now),
		trigger: {
			kind: "replay",
			of: run.id,
			...(only === undefined ? {} : { only }),
			...(by === undefined ? {} : { by }),
		},
		createdAt: now,
	};
}

/** What the task was made from in that run. Of one that was unchanged, what it would have been made from: its fingerprint is the same. */
async function madeFrom(
	ids: readonly AttemptId[],
	store: Pick<Provenance, "attempt">,
): Promise<Made | null> {
	for (const id of ids) {
		const found = await store.attempt(id);
		if (found?.recipe)
			return { recipe: found.recipe, fingerprint: found.fingerprint };
	}
	return null;
}

/** What each task of the plan is. */
export type Kinds = ReadonlyMap<TaskName, Work["kind"]>;

export const kindsOf = ({ plan }: RunDetail): Kinds =>
	new Map(plan.tasks.map(({ name, work }) => [name, work.kind]));

/** Where the recipe of what it gave may be; none for what no container made here. */
export function attemptsOf(
	run: RunId,
	{ name, state }: TaskRecord,
	kinds: Kinds,
): readonly AttemptId[] {
	if (kinds.get(name) !== "container" || state.status !== "succeeded")
		return [];
	switch (state.by.kind) {
		case "attempt":
			return [attemptId(run, name, state.by.attempt)];
		case "unchanged":
			return [attemptId(run, name, state.by.attempt), state.by.since];
		case "carried":
			return [];
	}
}

function taskOf(run: RunDetail, name: TaskName): TaskRecord {
	const task = run.tasks.find((one) => one.name === name);
	if (task) return task;
	throw new Refused("not-found", `Run "${run.id}" has no task "${name}".`);
}

function refuseWhileGoingOn({ id, status }: RunDetail): void {
	if (status !== "queued" && status !== "running") return;
	throw new Refused(
		"conflict",
		`Run "${id}" is ${status}; only a run that is over can be replayed.`,
	);
}

function nothingToReplay(run: RunDetail, only: TaskName | undefined): Refused {
	if (only !== undefined)
		return new Refused(
			"conflict",
			`Task "${only}" of run "${run.id}" cannot be replayed: ${whyNot(taskOf(run, only), kindsOf(run))}`,
		);
	const kinds = kindsOf(run);
	const reasons = run.tasks.map(
		(task) => `${task.name}: ${whyNot(task, kinds)}`,
	);
	const more = reasons.length - MOST_REASONS;
	return new Refused(
		"conflict",
		`There is nothing to replay in run "${run.id}". ${reasons.slice(0, MOST_REASONS).join(" ")}${more > 0 ? ` And ${more} more.` : ""}`,
	);
}

const MOST_REASONS = 5;

/** Why a task is not done again, in a sentence. */
export function whyNot({ name, state }: TaskRecord, kinds: Kinds): string {
	const kind = kinds.get(name);
	if (kind === "promote") return "It moves a path, and computes nothing.";
	if (kind !== "container") return "It waits, and computes nothing.";
	if (state.status !== "succeeded")
		return `It ${state.status === "skipped" || state.status === "cancelled" ? "was " : ""}${state.status} then, so there is nothing to compare.`;
	if (state.by.kind === "carried")
		return `It was carried over from ${state.by.run} then; replay that one.`;
	return "An older berth ran it, which did not write down what it was made from.";
}
