import { describe, expect, test } from "vitest";
import { evolve } from "../../orchestrator/model/evolve.ts";
import { aSensor, aTask, instant, named } from "../rig/plans.ts";
import { aRun, noted, prepared, scheduled, stateIn } from "./told.ts";

const a = aTask("a", { timeoutMs: 10, retries: 1 });

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
