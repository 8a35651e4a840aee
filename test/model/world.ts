import { beginRun, restoreRun } from "../../orchestrator/model/begin.ts";
import { decide } from "../../orchestrator/model/decide.ts";
import type { Event } from "../../orchestrator/model/events.ts";
import { evolve } from "../../orchestrator/model/evolve.ts";
import type { Plan } from "../../orchestrator/model/plan.ts";
import type { Run } from "../../orchestrator/model/run.ts";
import type {
	Instant,
	RunId,
	TaskName,
} from "../../orchestrator/model/words.ts";
import { instant } from "../rig/plans.ts";
import { obey } from "./law.ts";
import { LAWS_OF_MOVES } from "./laws-of-moves.ts";
import { slotsTaken } from "./oracle.ts";

/** One run, and the containers that are there. A value: a step answers with another one. */
export interface World {
	readonly run: Run;
	readonly now: Instant;
	readonly habits: Habits;
	readonly boxes: ReadonlyMap<Attempt, Box>;
	/** How many containers somebody may still remove behind our back. */
	readonly thefts: number;
	/** Everything that has been remembered, the newest first. */
	readonly journal: Journal;
}

/** What this world does to its tasks. */
export interface Habits {
	readonly slots: number;
	/** What containers exit with. */
	readonly codes: readonly number[];
	/** Does the orchestrator die between an act and its being remembered? */
	readonly crashes: boolean;
	/** Are preparations and launches refused, and publications rejected? */
	readonly refuses: boolean;
	readonly thefts: number;
	/** May what is prepared be found unchanged? */
	readonly remembers: boolean;
	/** Do containers write more than they may? */
	readonly fills: boolean;
}

/** A container as the engine sees it. `gone`: it was there and has been removed. */
export type Box =
	| { readonly is: "created" }
	| { readonly is: "up"; readonly since: Instant }
	| {
			readonly is: "ended";
			readonly since: Instant;
			readonly at: Instant;
			readonly code: number;
	  }
	| { readonly is: "gone" };

/** `<task>/<n>` */
export type Attempt = `${string}/${number}`;

export const attemptOf = (task: TaskName, attempt: number): Attempt =>
	`${task}/${attempt}`;

export type Journal = {
	readonly event: Event;
	readonly before: Journal;
	/** The world's clock when it was remembered. */
	readonly now: Instant;
} | null;

/** A world in which the run has just begun. */
export function aWorld(plan: Plan, habits: Habits): World {
	const world = {
		run: beginRun({ id: "p@2026-11-20~1" as RunId, plan }),
		now: instant(1000),
		habits,
		boxes: new Map(),
		thefts: habits.thefts,
		journal: null,
	};
	return turn(world, [{ type: "run-begun", at: world.now }]);
}

/** What the engine does with what it hears: fold, decide, remember. Every event is a move, and every move obeys the laws. */
export function turn(world: World, heard: readonly Event[]): World {
	const seen = heard.reduce(move, world);
	return decide(seen.run, seen.now, room(seen)).reduce(move, seen);
}

export const room = ({ run, habits }: World): number =>
	habits.slots - slotsTaken(run);

/** The orchestrator dies, and another takes up what was remembered. */
export const restart = (world: World): World =>
	turn({ ...world, run: rebuilt(world.run) }, []);

/** The same run made from nothing but what a store keeps. */
export const rebuilt = ({ id, plan, begun, cancelled, tasks, owed }: Run) =>
	restoreRun({
		id,
		plan,
		begun,
		cancelled,
		tasks: [...tasks],
		owed: [...owed],
	});

/** The world with one container in another state. */
export const withBox = (world: World, attempt: Attempt, box: Box): World => ({
	...world,
	boxes: new Map(world.boxes).set(attempt, box),
});

function move(world: World, event: Event): World {
	const run = evolve(world.run, event);
	const journal = { event, before: world.journal, now: world.now };
	const after = { ...world, run, journal };
	obey(LAWS_OF_MOVES, { before: world, event, after }, journal);
	return after;
}
