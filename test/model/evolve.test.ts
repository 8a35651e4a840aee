import { describe, expect, test } from "vitest";
import { aPrepared, aTask, aValue, instant, named } from "../rig/plans.ts";
import {
	admitted,
	aRun,
	ended,
	exited,
	prepared,
	published,
	running,
	scheduled,
	started,
	stateIn,
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
