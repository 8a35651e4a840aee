import { createHash } from "node:crypto";
import { ulid } from "ulid";
import type { Catalogue } from "../define/port.ts";
import type { Clock } from "../engine/clock.ts";
import type { Engine } from "../engine/engine.ts";
import { handRunId } from "../model/names.ts";
import type { Plan } from "../model/plan.ts";
import {
	combinations,
	isBadSweep,
	type SweepPart,
	sweepRunId,
} from "../model/sweep.ts";
import type { Named, RunId } from "../model/words.ts";
import type { RunRecord, Store } from "../store/port.ts";
import { Refused, type RetryRequest, type SweepRequest } from "./berth.ts";
import { planned } from "./planned.ts";
import { takeUp } from "./take-up.ts";
import { headOf, type RunHead } from "./views.ts";

/** A run for every combination. All are planned before the first is made, so that a wrong value makes none. */
export async function beginSweep(
	parts: SweepParts,
	{ sets, key, by, ...wish }: SweepRequest,
): Promise<readonly RunHead[]> {
	const [one = {}, ...others] = combined(sets);
	const first = await planFor(parts, wish, one);
	// Of one day, also when it is begun at midnight.
	const rest = others.map((values) => planFor(parts, first, values));
	const plans = [first, ...(await Promise.all(rest))];
	const id = handRunId(first.pipeline, first.ds, key);
	const size = plans.length;
	for (const [i, plan] of plans.entries())
		await make(parts, plan, {
			kind: "hand",
			...(by === undefined ? {} : { by }),
			sweep: { id, index: i + 1, size, sets },
		});
	return newestOf(await runsOf(parts, id)).map(headOf);
}

/** The combinations of which there is no run yet are made, and those whose newest run failed or was cancelled are retried. */
export async function resumeSweep(
	parts: SweepParts & { readonly retry: Retry },
	id: string,
): Promise<readonly RunHead[]> {
	const before = await runsOf(parts, id);
	const [known] = before;
	if (!known?.sweep)
		throw new Refused(
			"not-found",
			`There is no sweep "${id}". Its id is that of one of its runs ("berth runs") without the number at the end.`,
		);
	const { sets, size } = known.sweep;
	for (const [i, values] of combined(sets).entries()) {
		const part = { id, index: i + 1, size, sets };
		const newest = before.find(({ sweep }) => sweep?.index === part.index);
		if (!newest)
			await make(parts, await planFor(parts, known, values), {
				kind: "hand",
				...(known.trigger.kind === "hand" ? known.trigger : {}),
				sweep: part,
			});
		else if (newest.status === "failed" || newest.status === "cancelled")
			await parts.retry(newest.id, { key: keyFor(newest) });
	}
	return newestOf(await runsOf(parts, id)).map(headOf);
}

type Retry = (run: RunId, request: RetryRequest) => Promise<unknown>;

export interface SweepParts {
	readonly store: Store;
	readonly engine: Engine;
	readonly catalogue: Catalogue;
	readonly clock: Clock;
}

function combined(sets: Named<string>): readonly Named<string>[] {
	const found = combinations(sets);
	if (isBadSweep(found)) throw new Refused("invalid", found.message);
	return found;
}

const planFor = (
	parts: SweepParts,
	{ pipeline, ds }: Pick<SweepRequest, "pipeline" | "ds">,
	params: Named<string>,
): Promise<Plan> =>
	planned(
		parts,
		{ pipeline, params, ...(ds !== undefined && { ds }) },
		parts.clock.now(),
	);

interface SweepTrigger {
	readonly kind: "hand";
	readonly by?: string;
	readonly sweep: SweepPart;
}

/** Its id is computed, so that it is made once. */
const make = (
	{ store, engine, clock }: SweepParts,
	plan: Plan,
	trigger: SweepTrigger,
): Promise<void> =>
	takeUp(
		{ store, engine },
		{
			id: sweepRunId(trigger.sweep),
			// They are asked for at once, and wait for slots, not for each other.
			plan: { ...plan, oneAtATime: false },
			trigger,
			createdAt: clock.now(),
			carried: [],
		},
	);

/** Computed from the run that is retried, so that two who resume a sweep at once retry it once. */
function keyFor({ id, createdAt }: RunRecord): string {
	const bytes = createHash("sha256").update(id).digest().values();
	return ulid(createdAt, () => (bytes.next().value ?? 0) / 256);
}

const runsOf = async (
	{ store }: SweepParts,
	sweep: string,
): Promise<readonly Known[]> =>
	(await store.runs({ sweep })).map((run) => ({ ...run, ...partOf(run) }));

type Known = RunRecord & { readonly sweep?: SweepPart };

const partOf = ({ trigger }: RunRecord): { readonly sweep?: SweepPart } =>
	"sweep" in trigger && trigger.sweep ? { sweep: trigger.sweep } : {};

/** Of each combination the newest run, in the order of the combinations. They come newest first. */
function newestOf(runs: readonly Known[]): readonly Known[] {
	const newest = new Map<number, Known>();
	for (const run of runs.toReversed())
		if (run.sweep) newest.set(run.sweep.index, run);
	return [...newest].sort(([a], [b]) => a - b).map(([, run]) => run);
}
