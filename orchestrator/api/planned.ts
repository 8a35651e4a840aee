import { didYouMean } from "../define/nearest.ts";
import type { Catalogue, PlanRequest } from "../define/port.ts";
import { few } from "../model/few.ts";
import { type PartWish, partOfPlan } from "../model/part-of-plan.ts";
import type { Plan } from "../model/plan.ts";
import type { Instant, Json, Named } from "../model/words.ts";
import type { Store } from "../store/port.ts";
import { Refused } from "./berth.ts";

/** What a run is planned from. */
export interface PlanWish extends PartWish {
	readonly pipeline: string;
	readonly ds?: string;
	readonly params: Named<Json>;
}

/** The plan that a run would have if it began now; thrown as `Refused` when there can be none. */
export async function planned(
	{ catalogue, store }: PlanningParts,
	wish: PlanWish,
	now: Instant,
): Promise<Plan> {
	const plan = await catalogue.plan(await requestOf(wish, store, now));
	if ("kind" in plan) throw new Refused(plan.reason, plan.message);
	return part(plan, wish);
}

/** What the catalogue is asked, with the variables as they are. */
export async function requestOf(
	{ pipeline, ds, params }: PlanWish,
	store: PlanningParts["store"],
	now: Instant,
): Promise<PlanRequest> {
	const stored = await store.vars();
	const vars = Object.fromEntries(
		stored.map(({ name, value }) => [name, value]),
	);
	return { pipeline, ds: ds ?? now, params, vars };
}

/** What is wanted of a plan. */
export function part(plan: Plan, wish: PartWish): Plan {
	const cut = partOfPlan(plan, wish);
	if (!("kind" in cut)) return cut;
	const names = plan.tasks.map(({ name }) => name);
	const [word = ""] = cut.names;
	throw new Refused(
		"invalid",
		`Pipeline "${plan.pipeline}" has no task "${word}".${didYouMean(word, names) || ` It has ${few(names, 30)}.`}`,
	);
}

export interface PlanningParts {
	readonly catalogue: Pick<Catalogue, "plan">;
	readonly store: Pick<Store, "vars">;
}
