import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Event } from "../../orchestrator/model/events.ts";
import { evolve } from "../../orchestrator/model/evolve.ts";
import type { Run } from "../../orchestrator/model/run.ts";
import { isSettled, statusOf } from "../../orchestrator/model/status.ts";
import { aPlan, aTask } from "../rig/plans.ts";
import { differences, storedOf } from "./index-laws.ts";
import { play } from "./play.ts";
import { shuffled, someHabits, somePlan } from "./random-plans.ts";
import { take } from "./step.ts";
import { steps } from "./steps.ts";
import { Luck, wander } from "./wander.ts";
import { aWorld, type World } from "./world.ts";

const someLuck = fc.array(fc.nat(1000), { maxLength: 300 });

describe("any plan in any world", () => {
	test("obeys the laws on every way to its end, and comes to one", () => {
		fc.assert(
			fc.property(somePlan, someHabits, someLuck, (plan, habits, luck) => {
				const end = wander(aWorld(plan, habits), new Luck(luck));
				expect(isSettled(end.run)).toBe(true);
			}),
			{ numRuns: 150 },
		);
	});

	test("is in one state whichever task is heard of first", () => {
		fc.assert(
			fc.property(somePlan, someHabits, someLuck, (plan, habits, numbers) => {
				const luck = new Luck(numbers);
				const { run, heard } = somewhere(aWorld(plan, habits), luck);
				const [one, other] = [heard, heard.toReversed()].map((events) =>
					events.reduce(evolve, run),
				);
				if (!one || !other) throw new Error("unreachable");
				expect(storedOf(one)).toBe(storedOf(other));
				expect(differences(one, other)).toBeNull();
			}),
		);
	});

	test("ends alike in whichever order the tasks are written down", () => {
		fc.assert(
			fc.property(somePlan, someLuck, (plan, luck) => {
				const script = (task: string, attempt: number): number =>
					CODES[(task.length * 7 + Number(task.slice(1)) + attempt) % 5] ?? 0;
				const other = shuffled(plan, luck);
				const ends = [plan, other].map((one) => play(one, 100, script));
				expect(new Set(ends.map(withoutBlame)).size).toBe(1);
			}),
		);
	});
});

/** Of several tasks that did not succeed at one instant, the one that is named is the first of the plan that was skipped itself. */
const withoutBlame = (run: Run): string =>
	storedOf(run).replaceAll(/(upstream[^}]*task\W+)t\d+/g, "$1");

const CODES = [0, 0, 1, 99, 0];

/** Some state on the way, and what may be heard there of each task. */
function somewhere(start: World, luck: Luck) {
	let world = start;
	for (let left = 30; left > 0; left--) {
		const step = luck.pick([...steps(world)]);
		if (step) world = take(step);
	}
	const heard = new Map<string, Event>();
	for (const step of steps(world))
		if (typeof step.heard === "object" && "task" in step.heard)
			heard.set(step.heard.task, step.heard);
	return { run: world.run, heard: [...heard.values()] };
}

test("a run of 10,000 tasks comes to its end", () => {
	const tasks = Array.from({ length: 10_000 }, (_, i) =>
		aTask(`t${i}`, { after: i < 50 ? [] : [`t${i - 50}`, `t${i - 37}`] }),
	);
	const run = play(aPlan(...tasks), 20, () => 0);
	expect(statusOf(run)).toBe("succeeded");
});
