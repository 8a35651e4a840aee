import { describe, expect, test } from "vitest";
import { decide } from "../../orchestrator/model/decide.ts";
import { evolve } from "../../orchestrator/model/evolve.ts";
import type { Run } from "../../orchestrator/model/run.ts";
import { aSensor, aTask, instant } from "../rig/plans.ts";
import {
	aQueuedRun,
	aRun,
	cancelled,
	exited,
	prepared,
	published,
	running,
	scheduled,
} from "./told.ts";

const chosen = (run: Run, { now = 0, room = 9 } = {}): string[] =>
	decide(run, instant(now), room).map((decision) =>
		"task" in decision ? `${decision.type} ${decision.task}` : decision.type,
	);

const chain = [
	aTask("a"),
	aTask("b", { after: ["a"] }),
	aTask("c", { after: ["b"] }),
];

describe("deciding", () => {
	test("says nothing about a run that is queued", () => {
		expect(chosen(aQueuedRun(aTask("a")))).toEqual([]);
	});

	test("schedules what waits for nothing, in plan order", () => {
		const run = aRun([aTask("b"), aTask("a"), aTask("c", { after: ["a"] })]);
		expect(chosen(run)).toEqual(["attempt-scheduled b", "attempt-scheduled a"]);
	});

	test("schedules a task once all that it waits for have succeeded", () => {
		const run = aRun(chain, ...running("a"), exited("a", 0), published("a"));
		expect(decide(run, instant(7), 1)).toEqual([
			{ type: "attempt-scheduled", task: "b", attempt: 1, at: 7 },
		]);
	});

	test("skips all that cannot start any more, each because of the one before", () => {
		const run = aRun(chain, ...running("a"), exited("a", 1));
		expect(decide(run, instant(7), 1)).toEqual([
			{
				type: "task-skipped",
				task: "b",
				because: { kind: "upstream", task: "a" },
				at: 7,
			},
			{
				type: "task-skipped",
				task: "c",
				because: { kind: "upstream", task: "b" },
				at: 7,
			},
		]);
	});

	test("skips as soon as one upstream has failed, without waiting for the others", () => {
		const plan = [aTask("a"), aTask("b"), aTask("c", { after: ["a", "b"] })];
		const run = aRun(plan, ...running("a"), ...running("b"), exited("b", 1));
		expect(chosen(run)).toEqual(["task-skipped c"]);
	});

	test("starts what wants its upstream over, however that ended", () => {
		const plan = [aTask("a"), aTask("b", { after: ["a"], join: "all-over" })];
		expect(chosen(aRun(plan, ...running("a"), exited("a", 1)))).toEqual([
			"attempt-scheduled b",
		]);
	});

	test("admits what is prepared, first come, first served, as far as there is room", () => {
		const plan = [aTask("a"), aTask("b"), aTask("c")];
		const waiting = ["a", "b", "c"].map((name) => scheduled(name));
		const run = aRun(plan, ...waiting, prepared("c"), prepared("a"));
		expect(chosen(run, { room: 0 })).toEqual([]);
		expect(chosen(run, { room: -1 })).toEqual([]);
		expect(chosen(run, { room: 1 })).toEqual(["attempt-admitted c"]);
		expect(chosen(run, { room: 2 })).toEqual([
			"attempt-admitted c",
			"attempt-admitted a",
		]);
	});
});

describe("after a cancel", () => {
	test("a queued run's tasks are cancelled without its ever beginning", () => {
		const run = evolve(aQueuedRun(...chain), cancelled(3));
		expect(chosen(run)).toEqual(
			["a", "b", "c"].map((name) => `task-cancelled ${name}`),
		);
	});

	test("what runs is stopped, what waits is cancelled, what publishes goes on", () => {
		const plan = [
			...chain,
			aTask("d"),
			aTask("e", { after: ["d"] }),
			aSensor("s"),
		];
		const run = aRun(
			plan,
			...running("a"),
			...running("d"),
			exited("d", 0),
			scheduled("s"),
			cancelled(3),
		);
		expect(chosen(run)).toEqual([
			"stop-requested a",
			"task-cancelled b",
			"task-cancelled c",
			"task-cancelled e",
			"task-cancelled s",
		]);
		expect(decide(run, instant(4), 1)[0]).toMatchObject({
			because: "cancelled",
		});
	});

	test("what would have begun again does not", () => {
		const plan = [aTask("a", { retries: 1 })];
		const run = aRun(plan, ...running("a"), exited("a", 1), cancelled(3));
		expect(chosen(run, { now: 99 })).toEqual(["task-cancelled a"]);
	});
});
