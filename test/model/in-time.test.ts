import { describe, expect, test } from "vitest";
import { aTask } from "../rig/plans.ts";
import { VANISHED } from "./endings.ts";
import {
	admitted,
	aRun,
	cancelled,
	ended,
	exited,
	prepared,
	running,
	scheduled,
	stateIn,
	stopped,
} from "./told.ts";

const a = aTask("a", { timeoutMs: 10, retries: 1 });

describe("a time-out counts by the engine's own times", () => {
	const late = [...running("a", 1, 100), stopped("a", "timed-out", 110)];

	test("an exit heard of late, but in time, is published", () => {
		expect(stateIn(aRun([a], ...late, exited("a", 0, 110)), "a")?.status).toBe(
			"publishing",
		);
	});

	test("an exit after it is a time-out, whatever its code", () => {
		for (const code of [0, 1, 99]) {
			const state = stateIn(aRun([a], ...late, exited("a", code, 111)), "a");
			expect(state).toMatchObject({
				status: "resting",
				until: 116,
				ending: { kind: "timed-out" },
			});
		}
	});

	test("an exit after it is a time-out even before the alarm has rung", () => {
		const run = aRun([a], ...running("a", 1, 100), exited("a", 0, 111));
		expect(stateIn(run, "a")).toMatchObject({ ending: { kind: "timed-out" } });
	});

	test("a failure heard of late, but in time, is that failure", () => {
		expect(stateIn(aRun([a], ...late, exited("a", 1, 109)), "a")).toMatchObject(
			{ ending: { kind: "exited" } },
		);
		expect(
			stateIn(aRun([a], ...late, ended("a", VANISHED, 110)), "a"),
		).toMatchObject({ ending: VANISHED });
	});

	test("what vanished while it was being stopped had timed out", () => {
		expect(
			stateIn(aRun([a], ...late, ended("a", VANISHED, 111)), "a"),
		).toMatchObject({
			ending: { kind: "timed-out" },
			tally: { failed: 1, lost: 0 },
		});
	});
});

describe("a cancel", () => {
	test("of what is being stopped makes every ending a cancelled task, even exit code 0", () => {
		const stop = [...running("a"), cancelled(2), stopped("a", "cancelled", 2)];
		for (const end of [
			exited("a", 0, 3),
			exited("a", 1, 3),
			ended("a", VANISHED, 3),
		])
			expect(stateIn(aRun([a], ...stop, end), "a")).toEqual({
				status: "cancelled",
				at: 3,
			});
	});

	test("before the container had started leaves no start time behind", () => {
		const run = aRun(
			[a],
			scheduled("a"),
			prepared("a"),
			admitted("a"),
			stopped("a", "cancelled", 2),
		);
		expect(stateIn(run, "a")).toMatchObject({
			status: "stopping",
			since: 2,
			because: "cancelled",
			started: null,
		});
	});

	test("keeps the first time it was asked for", () => {
		expect(aRun([a], cancelled(3), cancelled(4)).cancelled).toBe(3);
	});
});
