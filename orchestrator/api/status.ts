import type { Catalogue, Entry } from "../define/port.ts";
import type { Foreseen } from "../engine/foresee.ts";
import { placeOf } from "../model/input-differences.ts";
import type { Plan } from "../model/plan.ts";
import { recipeOf } from "../model/recipe.ts";
import type { Prepared } from "../model/task-state.ts";
import type { Instant } from "../model/words.ts";
import { RuntimeUnreachable } from "../runtimes/port.ts";
import { Refused } from "./berth.ts";
import { type ComparingParts, compare, wordsOf } from "./compare.ts";
import type { ForecastView, StatusRequest, StatusView } from "./explaining.ts";
import { type PlanningParts, planned } from "./planned.ts";
import { sameRecipe } from "./same-recipe.ts";
import { comparedView } from "./why.ts";

/** What a run now would do, of the pipeline that is asked about, else of all. One that cannot be planned says why. */
export async function status(
	parts: StatusParts,
	request: StatusRequest,
): Promise<readonly StatusView[]> {
	const { pipeline } = request;
	if (pipeline !== undefined)
		return [await ofOne(parts, { ...request, pipeline })];
	const views: StatusView[] = [];
	for (const entry of await parts.catalogue.list())
		views.push(await ofEntry(parts, entry, request));
	return views;
}

export interface StatusParts {
	readonly catalogue: Pick<Catalogue, "list" | "plan">;
	readonly store: PlanningParts["store"] & ComparingParts["store"];
	readonly artifacts: ComparingParts["artifacts"];
	readonly foresee: (
		plan: Plan,
		signal: AbortSignal,
	) => Promise<readonly Foreseen[]>;
	readonly signal: AbortSignal;
	readonly now: () => Instant;
}

async function ofEntry(
	parts: StatusParts,
	entry: Entry,
	request: StatusRequest,
): Promise<StatusView> {
	const pipeline = entry.name ?? entry.file;
	const blank = { pipeline, ds: null, tasks: [] };
	if (entry.kind === "broken") return { ...blank, problem: entry.message };
	try {
		return await ofOne(parts, { ...request, pipeline });
	} catch (error) {
		if (!(error instanceof Refused) || error.reason === "unavailable")
			throw error;
		return { ...blank, problem: error.message };
	}
}

async function ofOne(
	parts: StatusParts,
	request: StatusRequest & { readonly pipeline: string },
): Promise<StatusView> {
	const plan = await planned(parts, request, parts.now());
	const { pipeline, ds } = plan;
	const tasks: ForecastView[] = [];
	for (const foreseen of await looked(parts, plan))
		tasks.push(await viewOf(parts, plan, foreseen));
	return { pipeline, ds, problem: null, tasks };
}

async function looked(
	{ foresee, signal }: StatusParts,
	plan: Plan,
): Promise<readonly Foreseen[]> {
	try {
		return await foresee(plan, signal);
	} catch (error) {
		if (!(error instanceof RuntimeUnreachable)) throw error;
		throw new Refused(
			"unavailable",
			`Which images there are cannot be told now. ${error.message}`,
		);
	}
}

async function viewOf(
	parts: StatusParts,
	plan: Plan,
	foreseen: Foreseen,
): Promise<ForecastView> {
	const { task, outcome } = foreseen;
	const blank: ForecastView = {
		name: task.name,
		kind: task.work.kind,
		outcome,
		because: null,
		note: foreseen.imageNote ?? null,
		since: null,
		dependsOn: [],
		compared: null,
		differences: [],
	};
	switch (foreseen.outcome) {
		case "unchanged":
			return { ...blank, since: foreseen.since };
		case "fails":
			return { ...blank, because: foreseen.message };
		case "waits":
			return { ...blank, because: foreseen.note };
		case "depends":
			return { ...blank, dependsOn: foreseen.on };
		case "found":
			return {
				...blank,
				because: placeOf({ source: foreseen.source, contents: "" }),
			};
		case "promotes":
			return {
				...blank,
				because: task.work.kind === "promote" ? task.work.to : null,
			};
		case "runs": {
			const { because, prepared } = foreseen;
			const compared =
				prepared && (await comparedWith(parts, plan, { task, prepared }));
			return { ...blank, ...compared, ...(because && { because }) };
		}
	}
}

/** What differs from the most similar attempt that there was. */
async function comparedWith(
	parts: StatusParts,
	{ pipeline, ds, params, vars }: Plan,
	{ task, prepared }: { task: Foreseen["task"]; prepared: Prepared },
): Promise<Pick<ForecastView, "because" | "compared" | "differences"> | null> {
	const { work } = task;
	const recipe = work.kind === "container" ? recipeOf(work, prepared) : null;
	if (work.kind !== "container" || recipe === null) return null;
	const comparison = await compare(
		parts,
		{ pipeline, task: task.name },
		{ recipe, params, ds, vars, ...wordsOf(task) },
	);
	if (comparison === null)
		return {
			because: "It never ran before, as far as berth remembers.",
			compared: null,
			differences: [],
		};
	const { differences } = comparison;
	return {
		because:
			differences.length > 0
				? null
				: await sameRecipe(comparison, work, parts.now()),
		compared: comparedView(comparison),
		differences,
	};
}
