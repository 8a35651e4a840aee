import { describe, expect, test } from "vitest";
import { alarm, decide } from "../../orchestrator/model/decide.ts";
import type { Event } from "../../orchestrator/model/events.ts";
import { evolve } from "../../orchestrator/model/evolve.ts";
import type { Run } from "../../orchestrator/model/run.ts";
import { aSensor, aTask, instant } from "../rig/plans.ts";
import { REFUSED } from "./endings.ts";
import {
	aQueuedRun,
	aRun,
	cancelled,
	ended,
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

	test("lets a retry begin at its time, and counts on", () => {
		const run = aRun(
			[aTask("a", { retries: 1 })],
			...running("a"),
			exited("a", 1, 100),
		);
		expect(alarm(run)).toBe(105);
		expect(chosen(run, { now: 104 })).toEqual([]);
		expect(decide(run, instant(105), 1)).toEqual([
			{ type: "attempt-scheduled", task: "a", attempt: 2, at: 105 },
		]);
	});

	test("stops what runs too long", () => {
		const run = aRun([aTask("a", { timeoutMs: 10 })], ...running("a", 1, 100));
		expect(chosen(run, { now: 109 })).toEqual([]);
		expect(decide(run, instant(110), 1)).toEqual([
			{
				type: "stop-requested",
				task: "a",
				attempt: 1,
				because: "timed-out",
				at: 110,
			},
		]);
	});

	test("gives up on a sensor at its time, and tries it again at once when it need not rest", () => {
		const sensor = aSensor("s", {
			timeoutMs: 10,
			retries: { times: 1, backoffMs: 0 },
		});
		const run = aRun([sensor], scheduled("s", 1, 100));
		expect(chosen(run, { now: 110 })).toEqual([
			"watch-expired s",
			"attempt-scheduled s",
		]);
	});

	test("is not misled by a time-out of an earlier attempt", () => {
		// x's timer, which holds, keeps y's, which does not, from being dropped.
		const slow = { timeoutMs: 60, retries: { times: 1, backoffMs: 1 } };
		const x = aTask("x", { timeoutMs: 60 });
		const failed = [...running("x"), ...running("y"), exited("y", 1, 10)];
		const later: Event[][] = [
			[scheduled("y", 2, 11)],
			[scheduled("y", 2, 11), prepared("y", 2, 11)],
			running("y", 2, 11),
		];
		for (const events of later) {
			const run = aRun([x, aTask("y", slow)], ...failed, ...events);
			expect(chosen(run, { now: 60, room: 0 })).toEqual(["stop-requested x"]);
		}
		const rests = { ...slow, retries: { times: 1, backoffMs: 99 } };
		const run = aRun([x, aTask("y", rests)], ...failed);
		expect(chosen(run, { now: 60 })).toEqual(["stop-requested x"]);
	});

	test("is not misled by the patience of an earlier watch", () => {
		const sensor = aSensor("y", { timeoutMs: 60, retries: 1 });
		const failed = [scheduled("y"), ended("y", REFUSED, 10)];
		const x = aTask("x", { timeoutMs: 60 });
		const run = aRun(
			[x, sensor],
			...running("x"),
			...failed,
			scheduled("y", 2, 15),
		);
		expect(chosen(run, { now: 60 })).toEqual(["stop-requested x"]);
	});

	test("of several alarms takes the earliest", () => {
		const plan = [3, 1, 2].map((n) => aTask(`t${n}`, { timeoutMs: n }));
		const run = aRun(plan, ...[3, 1, 2].flatMap((n) => running(`t${n}`)));
		expect(alarm(run)).toBe(1);
		expect(chosen(run, { now: 2 }).sort((a, b) => (a < b ? -1 : 1))).toEqual([
			"stop-requested t1",
			"stop-requested t2",
		]);
		expect(alarm(aRun(plan))).toBeNull();
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
