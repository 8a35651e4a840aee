import { type Command, commands } from "../../orchestrator/model/commands.ts";
import { alarm } from "../../orchestrator/model/decide.ts";
import type { AttemptId } from "../../orchestrator/model/words.ts";
import { aPrepared, aValue, instant } from "../rig/plans.ts";
import {
	about,
	ended,
	exits,
	launches,
	releases,
	stops,
	thefts,
	waits,
} from "./container-steps.ts";
import { REFUSED, REJECTED } from "./endings.ts";
import { hears, type Step, wakes } from "./step.ts";
import type { World } from "./world.ts";

/** Every way in which this world may go on, without anybody asking for anything. */
export function* steps(world: World): Generator<Step> {
	for (const command of commands(world.run)) yield* answers(world, command);
	yield* exits(world);
	yield* thefts(world);
	yield* timePasses(world);
}

/** Somebody cancels the run. */
export const cancel = (world: World): Step =>
	hears(world, { type: "cancel-requested", at: world.now });

/** What may come of something that must be going on. */
function answers(world: World, command: Command): Iterable<Step> {
	switch (command.do) {
		case "prepare":
			return prepares(world, command);
		case "launch":
			return launches(world, command);
		case "wait":
			return waits(world, command);
		case "publish":
		case "promote":
			return publishes(world, command);
		case "stop":
			return stops(world, command);
		case "watch":
			return watches(world, command);
		case "release":
			return releases(world, command);
	}
}

function* prepares(world: World, command: Command): Generator<Step> {
	const of = about(world, command);
	yield hears(world, { type: "noted", ...of, note: "pulling" });
	yield hears(world, { type: "prepared", ...of, prepared: aPrepared() });
	if (world.habits.remembers) {
		const since = "p@2026-11-19~1/a/1" as AttemptId;
		const unchanged = { prepared: aPrepared(), since, value: aValue };
		yield hears(world, { type: "unchanged", ...of, ...unchanged });
	}
	if (world.habits.refuses) yield ended(world, command, REFUSED);
}

function* publishes(world: World, command: Command): Generator<Step> {
	const of = about(world, command);
	yield hears(world, { type: "published", ...of, value: aValue });
	if (world.habits.refuses) yield ended(world, command, REJECTED);
}

function* watches(world: World, command: Command): Generator<Step> {
	const of = about(world, command);
	const source = { kind: "files", files: [] } as const;
	yield hears(world, { type: "noted", ...of, note: "2 of 3 files" });
	yield hears(world, { type: "found", ...of, source });
	if (world.habits.refuses) yield ended(world, command, REFUSED);
}

/** The alarm rings: in time, or when the machine wakes up a little later. */
function* timePasses(world: World): Generator<Step> {
	const at = alarm(world.run);
	if (at === null) return;
	yield wakes({ ...world, now: instant(Math.max(at, world.now)) });
	yield wakes({ ...world, now: instant(Math.max(at, world.now) + 1) });
}
