import { describe, expect, test } from "vitest";
import { evolve } from "../../orchestrator/model/evolve.ts";
import {
	aPrepared,
	aSensor,
	aTask,
	aValue,
	instant,
	named,
} from "../rig/plans.ts";
import { VANISHED } from "./endings.ts";
import {
	admitted,
	aRun,
	cancelled,
	ended,
	exited,
	noted,
	prepared,
	published,
	running,
	scheduled,
	started,
	stateIn,
	stopped,
} from "./told.ts";

const a = aTask("a", { timeoutMs: 10, retries: 1 });

describe("a container's life", () => {
	test("goes from preparing through starting, running and publishing to succeeded", () => {
		const events = [
			scheduled("a", 1, 1),
			prepared("a", 1, 2),
			admitted("a", 1, 3),
			started("a", 1, 4),
			exited("a", 0, 5),
			published("a", 1, 6),
		];
		const lived = events.map((_, i) =>
			stateIn(aRun([a], ...events.slice(0, i + 1)), "a"),
		);
		const tried = { attempt: 1, tally: { failed: 0, lost: 0 } };
		const live = { ...tried, prepared: aPrepared() };
		expect(lived).toEqual([
			{ status: "preparing", ...tried, since: 1, prepared: null, note: null },
			{ status: "preparing", ...live, since: 1, note: null },
			{ status: "starting", ...live, since: 3 },
			{ status: "running", ...live, since: 4 },
			{ status: "publishing", ...live, since: 5 },
			{
				status: "succeeded",
				at: 6,
				by: { kind: "attempt", attempt: 1 },
				value: aValue,
			},
		]);
	});

	test("rests after a failure, and remembers why", () => {
		const run = aRun([a], ...running("a"), exited("a", 3, 4));
		expect(stateIn(run, "a")).toEqual({
			status: "resting",
			attempt: 1,
			tally: { failed: 1, lost: 0 },
			until: 9,
			ending: {
				kind: "exited",
				code: 3,
				message: "It exited with code 3. Its log says why.",
			},
		});
	});

	test("is failed by its last attempt", () => {
		const again = [...running("a", 2, 9), exited("a", 4, 12, 2)];
		const run = aRun([a], ...running("a"), exited("a", 3, 4), ...again);
		expect(stateIn(run, "a")).toMatchObject({
			status: "failed",
			attempt: 2,
			at: 12,
			ending: { kind: "exited", code: 4 },
		});
	});

	test("is skipped by an exit code of skipOn, which then owes a release without anything kept", () => {
		const run = aRun([a], ...running("a"), exited("a", 99, 4));
		expect(stateIn(run, "a")).toEqual({
			status: "skipped",
			at: 4,
			because: { kind: "exit-code", code: 99 },
		});
		expect(run.owed.get(named("a"))).toEqual([{ attempt: 1, keep: false }]);
	});

	test("ends as its runtime says when a publication is rejected", () => {
		const rejected = { kind: "rejected", message: "No.", lost: false } as const;
		const run = aRun(
			[aTask("a")],
			...running("a"),
			exited("a", 0),
			ended("a", rejected, 7),
		);
		expect(stateIn(run, "a")).toEqual({
			status: "failed",
			attempt: 1,
			at: 7,
			ending: rejected,
		});
	});

	test("may begin as succeeded, carried over from another run", () => {
		const run = aRun([a], {
			type: "task-carried",
			task: named("a"),
			run: "p@2026-11-20~0",
			value: aValue,
			at: instant(2),
		});
		expect(stateIn(run, "a")).toEqual({
			status: "succeeded",
			at: 2,
			by: { kind: "carried", run: "p@2026-11-20~0" },
			value: aValue,
		});
		expect(run.owed.size).toBe(0);
	});
});

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

describe("a note", () => {
	test("says what a sensor still waits for, until it says something else", () => {
		const watching = aRun([aSensor("s")], scheduled("s"), noted("s", "1 of 2"));
		expect(stateIn(watching, "s")).toMatchObject({ note: "1 of 2" });
		expect(evolve(watching, noted("s", "1 of 2"))).toBe(watching);
		expect(stateIn(evolve(watching, noted("s", "2 of 2")), "s")).toMatchObject({
			note: "2 of 2",
		});
	});

	test("of a preparation is forgotten once it is prepared", () => {
		const run = aRun([a], scheduled("a"), noted("a", "pulling"));
		expect(stateIn(run, "a")).toMatchObject({ note: "pulling" });
		const after = evolve(run, prepared("a"));
		expect(stateIn(after, "a")).toMatchObject({ note: null });
		expect(evolve(after, noted("a", "pulling"))).toBe(after);
	});

	test("is the reason that a sensor gives when it expires", () => {
		const run = aRun(
			[aSensor("s", { timeoutMs: 60_000 })],
			scheduled("s"),
			noted("s", "1 of 2"),
			{
				type: "watch-expired",
				task: named("s"),
				attempt: 1,
				at: instant(60_000),
			},
		);
		expect(stateIn(run, "s")).toMatchObject({
			status: "failed",
			ending: {
				kind: "timed-out",
				message: "What it waits for did not come within 1 min (1 of 2).",
			},
		});
	});
});

test("what a sensor found is its value", () => {
	const source = { kind: "files", files: [] } as const;
	const run = aRun([aSensor("s")], scheduled("s"), {
		type: "found",
		task: named("s"),
		attempt: 1,
		at: instant(5),
		source,
	});
	expect(stateIn(run, "s")).toEqual({
		status: "succeeded",
		at: 5,
		by: { kind: "attempt", attempt: 1 },
		value: { outputs: {}, result: null, found: source },
	});
});
