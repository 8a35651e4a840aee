import { policyOf } from "../model/cache.ts";
import type { ContainerWork } from "../model/plan.ts";
import {
	type AttemptId,
	iso,
	type RunId,
	type TaskName,
} from "../model/words.ts";
import type { OneTask } from "../store/recipes-port.ts";
import {
	attemptOf,
	type ComparingParts,
	type Comparison,
	compare,
	wordsOf,
} from "./compare.ts";
import type { ComparedView, WhyView } from "./explaining.ts";
import { nothingLookedUp } from "./nothing-looked-up.ts";
import { sameRecipe } from "./same-recipe.ts";

/** Why a task was computed, or was not. Null when there is no such task. */
export async function why(
	parts: ComparingParts,
	run: RunId,
	name: TaskName,
): Promise<WhyView | null> {
	const one = await parts.store.oneTask(run, name);
	if (!one) return null;
	const last = one.attempts.at(-1);
	const blank: WhyView = {
		run,
		task: name,
		attempt: last?.id ?? null,
		fingerprint: last?.fingerprint ?? null,
		verdict: "none",
		because: nothingLookedUp(one),
		since: null,
		compared: null,
		differences: [],
	};
	const { work } = one.task;
	if (work.kind !== "container" || !last?.recipe) return blank;
	if (last.unchangedSince !== null)
		return hit(parts, blank, last.unchangedSince);
	return miss(parts, blank, {
		one,
		work,
		last: { ...last, recipe: last.recipe },
	});
}

async function hit(
	{ store }: ComparingParts,
	blank: WhyView,
	maker: AttemptId,
): Promise<WhyView> {
	const attempt = await attemptOf(store, maker);
	const at = attempt?.endedAt ?? attempt?.createdAt;
	return {
		...blank,
		verdict: "hit",
		because: `Unchanged since ${maker}${at === undefined ? "" : ` (${iso(at)})`}.`,
		since: { attempt: maker, at: at === undefined ? "" : iso(at) },
	};
}

interface Missed {
	readonly one: OneTask;
	readonly work: ContainerWork;
	readonly last: OneTask["attempts"][number] & {
		readonly recipe: NonNullable<OneTask["attempts"][number]["recipe"]>;
	};
}

async function miss(
	parts: ComparingParts,
	blank: WhyView,
	missed: Missed,
): Promise<WhyView> {
	const { one, last } = missed;
	const { run, vars, task } = one;
	const comparison = await compare(
		parts,
		{
			pipeline: run.pipeline,
			task: task.name,
			before: { run: one.run.id, attempt: last.id, at: last.createdAt },
		},
		{ ...run, vars, recipe: last.recipe, ...wordsOf(task) },
	);
	return {
		...blank,
		verdict: "miss",
		because: await reasonOf(missed, comparison),
		compared: comparison && comparedView(comparison),
		differences: comparison?.differences ?? [],
	};
}

async function reasonOf(
	{ work, last }: Missed,
	comparison: Comparison | null,
): Promise<string> {
	const policy = policyOf(work);
	if (policy.kind === "never")
		return `It is not cached, because ${policy.because}.`;
	if (policy.kind === "refresh")
		return "It was asked to be computed anew (--no-cache).";
	if (comparison === null)
		return "It never ran before, as far as berth remembers.";
	if (comparison.differences.length > 0)
		return "What it is made from has changed.";
	return sameRecipe(comparison, work, last.createdAt);
}

export const comparedView = ({ nearest }: Comparison): ComparedView => ({
	attempt: nearest.id,
	run: nearest.run,
	at: iso(nearest.createdAt),
	ending: nearest.ending?.kind ?? null,
});
