import { describe, expect, test } from "vitest";
import { evolve } from "../../orchestrator/model/evolve.ts";
import { aTask, named } from "../rig/plans.ts";
import { VANISHED } from "./endings.ts";
import {
	aRun,
	ended,
	exited,
	published,
	released,
	running,
	scheduled,
	stopped,
} from "./told.ts";

const a = aTask("a", { retries: 1 });

describe("what is owed", () => {
	test("is a release that keeps the staging of what failed", () => {
		const run = aRun([a], ...running("a"), exited("a", 1));
		expect(run.owed.get(named("a"))).toEqual([{ attempt: 1, keep: true }]);
		expect(
			aRun([aTask("a")], ...running("a"), exited("a", 1)).owed.get(named("a")),
		).toEqual([{ attempt: 1, keep: true }]);
	});

	test("is a release that keeps nothing of what succeeded or was cancelled", () => {
		const done = aRun([a], ...running("a"), exited("a", 0), published("a"));
		const gone = aRun(
			[a],
			...running("a"),
			stopped("a", "cancelled"),
			exited("a", 143),
		);
		for (const run of [done, gone])
			expect(run.owed.get(named("a"))).toEqual([{ attempt: 1, keep: false }]);
	});

	test("is nothing for an attempt that never had a container", () => {
		expect(aRun([a], scheduled("a"), ended("a", VANISHED)).owed.size).toBe(0);
	});

	test("may be two releases, each done by itself", () => {
		const run = aRun(
			[a],
			...running("a"),
			exited("a", 1),
			...running("a", 2),
			exited("a", 1, 0, 2),
		);
		expect(run.owed.get(named("a"))?.map(({ attempt }) => attempt)).toEqual([
			1, 2,
		]);
		const left = evolve(run, released("a", 1));
		expect(left.owed.get(named("a"))).toEqual([{ attempt: 2, keep: true }]);
		expect(evolve(left, released("a", 2)).owed.size).toBe(0);
		expect(evolve(left, released("a", 3))).toBe(left);
	});
});
