import { ulid } from "ulid";
import { attemptId, handRunId } from "../model/names.ts";
import type { AttemptId, Instant, TaskName } from "../model/words.ts";
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
	for (const task of asked) {
		const known = await madeFrom(run, task, store);
		if (known) made.set(task.name, known);
	}
	if (made.size === 0) throw nothingToReplay(run, only);
	return {
		id: handRunId(run.pipeline, run.ds, key ?? ulid(now)),
		...replayPlan(run, made, now),
		trigger: {
			kind: "replay",
			of: run.id,
			...(by === undefined ? {} : { by }),
		},
		createdAt: now,
	};
}

/** What the task was made from in that run. Of one that was unchanged, what it would have been made from: its fingerprint is the same. */
async function madeFrom(
	run: RunDetail,
	task: TaskRecord,
	store: Pick<Provenance, "attempt">,
): Promise<Made | null> {
	for (const id of attemptsOf(run, task)) {
		const found = await store.attempt(id);
		if (found?.recipe)
			return { recipe: found.recipe, fingerprint: found.fingerprint };
	}
	return null;
}

/** Where the recipe of what it gave may be; none for what no container made here. */
export function attemptsOf(
	{ id, plan }: RunDetail,
	{ name, state }: TaskRecord,
): readonly AttemptId[] {
	const work = plan.tasks.find((task) => task.name === name)?.work;
	if (work?.kind !== "container" || state.status !== "succeeded") return [];
	switch (state.by.kind) {
		case "attempt":
			return [attemptId(id, name, state.by.attempt)];
		case "unchanged":
			return [attemptId(id, name, state.by.attempt), state.by.since];
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
			`Task "${only}" of run "${run.id}" cannot be replayed: ${whyNot(run, taskOf(run, only))}`,
		);
	const reasons = run.tasks.map((task) => `${task.name}: ${whyNot(run, task)}`);
	const more = reasons.length - MOST_REASONS;
	return new Refused(
		"conflict",
		`There is nothing to replay in run "${run.id}". ${reasons.slice(0, MOST_REASONS).join(" ")}${more > 0 ? ` And ${more} more.` : ""}`,
	);
}

const MOST_REASONS = 5;

/** Why a task is not done again, in a sentence. */
export function whyNot(run: RunDetail, task: TaskRecord): string {
	const { state } = task;
	const work = run.plan.tasks.find(({ name }) => name === task.name)?.work;
	if (work?.kind === "promote") return "It moves a path, and computes nothing.";
	if (work?.kind !== "container") return "It waits, and computes nothing.";
	if (state.status !== "succeeded")
		return `It was ${state.status === "skipped" || state.status === "cancelled" ? state.status : `${state.status}`} then, so there is nothing to compare.`;
	if (state.by.kind === "carried")
		return `It was carried over from ${state.by.run} then; replay that one.`;
	return "An older berth ran it, which did not write down what it was made from.";
}
