import { describe, expect, test } from "vitest";
import { restoreRun } from "../../orchestrator/model/begin.ts";
import { decide } from "../../orchestrator/model/decide.ts";
import { isSettled } from "../../orchestrator/model/status.ts";
import type { RunId } from "../../orchestrator/model/words.ts";
import { aPlan, aTask, instant, named } from "../rig/plans.ts";
import { differences, misjudged } from "./index-laws.ts";
import {
	aRun,
	cancelled,
	exited,
	prepared,
	running,
	scheduled,
} from "./told.ts";
import { rebuilt } from "./world.ts";

const stored = {
	id: "p@2026-11-20~1" as RunId,
	plan: aPlan(aTask("a"), aTask("b", { after: ["a"] })),
	begun: instant(1),
	cancelled: null,
	tasks: [],
	owed: [],
};
const waiting = { status: "waiting" } as const;
const over = { status: "cancelled", at: instant(2) } as const;

describe("a run restored from what was stored", () => {
	test("is the run that was stored", () => {
		const { id, plan, begun } = restoreRun(stored);
		expect({ id, plan, begun }).toEqual({
			id: stored.id,
			plan: stored.plan,
			begun: 1,
		});
		expect(restoreRun({ ...stored, cancelled: instant(2) }).cancelled).toBe(2);
	});

	test("has something to choose where it had, whether its waiting tasks are named or not", () => {
		const tasks = ["a", "b"].map((name) => [named(name), waiting] as const);
		for (const run of [restoreRun(stored), restoreRun({ ...stored, tasks })])
			expect(decide(run, instant(2), 1)).toMatchObject([
				{ type: "attempt-scheduled", task: "a" },
			]);
	});

	test("still stops and cancels all that it was to", () => {
		const { tasks } = aRun(stored.plan.tasks, ...running("a"));
		const run = restoreRun({
			...stored,
			cancelled: instant(2),
			tasks: [...tasks],
		});
		const wanted = decide(run, instant(2), 1).map(({ type }) => type);
		expect(wanted).toEqual(["stop-requested", "task-cancelled"]);
	});

	test("owes what it owed, and an empty list is nothing", () => {
		const tasks = ["a", "b"].map((name) => [named(name), over] as const);
		const owed = [{ attempt: 1, keep: false }];
		expect(
			isSettled(restoreRun({ ...stored, tasks, owed: [[named("a"), owed]] })),
		).toBe(false);
		expect(
			isSettled(restoreRun({ ...stored, tasks, owed: [[named("a"), []]] })),
		).toBe(true);
	});

	test("knows the same as the one that was lived through, between any two events", () => {
		const plan = [
			aTask("a", { retries: 1, timeoutMs: 9 }),
			aTask("b"),
			aTask("c", { after: ["a", "b"] }),
			aTask("d", { after: ["a"], join: "all-over" }),
		];
		const events = [
			...running("a"),
			scheduled("b"),
			prepared("b"),
			exited("a", 1),
			...running("a", 2),
			exited("a", 1, 0, 2),
			cancelled(4),
		];
		for (const [i] of events.entries()) {
			const run = aRun(plan, ...events.slice(0, i + 1));
			expect(differences(run, rebuilt(run))).toBeNull();
			expect(misjudged(run)).toBeNull();
		}
	});
});
