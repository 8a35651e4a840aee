import { beginRun } from "../../orchestrator/model/begin.ts";
import { alarm } from "../../orchestrator/model/decide.ts";
import { evolve } from "../../orchestrator/model/evolve.ts";
import type { Plan } from "../../orchestrator/model/plan.ts";
import { isSettled } from "../../orchestrator/model/status.ts";
import { storedOf } from "./index-laws.ts";
import { brokenLaw, obey, pastOf } from "./law.ts";
import { LAWS_OF_WORLDS } from "./laws-of-worlds.ts";
import { isRunFinished } from "./oracle.ts";
import { StateMap } from "./state-map.ts";
import { take } from "./step.ts";
import { cancel, steps } from "./steps.ts";
import { aWorld, type Habits, type World } from "./world.ts";
import { keyOf } from "./world-key.ts";

export interface Explored {
	readonly states: number;
	readonly edges: number;
	/** States in which the run is over and nothing is owed. */
	readonly ends: number;
}

/** Walks every state that this plan can come to in such a world, and holds every law in each. Throws where one is broken. */
export function explore(plan: Plan, habits: Habits): Explored {
	const map = new StateMap();
	map.reach(aWorld(plan, habits), null);
	let edges = 0;
	for (let next = map.next(); next !== null; next = map.next()) {
		const { world } = next;
		if (map.size > MOST_STATES) throw new Error("There is no end of states.");
		check(world);
		const onward = [...steps(world)].map(take);
		edges += onward.length;
		for (const after of onward) map.reach(after, next.id);
		if (isStuck(world, onward)) throw stuck(world);
		if (world.run.cancelled !== null || isRunFinished(world.run)) continue;
		edges += 1;
		map.reach(take(cancel(world)), null);
	}
	const lost = map.withoutEnd();
	if (lost)
		throw new Error(
			brokenLaw("everyStateCanReachAnEnd", keyOf(lost), lost.journal),
		);
	return { states: map.size, edges, ends: map.ends().length };
}

/** Several times what any of the small pipelines has. */
const MOST_STATES = 30_000;

/** Laws that hold wherever the world is, and at its ends. */
export function check(world: World): void {
	obey(LAWS_OF_WORLDS, world, world.journal);
	if (isSettled(world.run)) replay(world);
}

/** The journal gives what is stored. */
function replay({ run, journal }: World): void {
	const events = [...pastOf(journal)].map(({ event }) => event).reverse();
	const again = events.reduce(evolve, beginRun({ id: run.id, plan: run.plan }));
	if (storedOf(again) !== storedOf(run))
		throw new Error(
			brokenLaw("theJournalGivesTheStates", storedOf(again), journal),
		);
}

const isStuck = (world: World, onward: readonly World[]): boolean =>
	onward.length === 0 && alarm(world.run) === null && !isSettled(world.run);

const stuck = (world: World): Error =>
	new Error(
		brokenLaw(
			"somethingCanAlwaysHappenUntilTheEnd",
			keyOf(world),
			world.journal,
		),
	);
