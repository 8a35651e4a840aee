import { describe, expect, test } from "vitest";
import { alarm, decide } from "../../orchestrator/model/decide.ts";
import type { Event } from "../../orchestrator/model/events.ts";
import type { Run } from "../../orchestrator/model/run.ts";
import { aSensor, aTask, instant } from "../rig/plans.ts";
import { REFUSED } from "./endings.ts";
import { aRun, ended, exited, prepared, running, scheduled } from "./told.ts";

const chosen = (run: Run, { now = 0, room = 9 } = {}): string[] =>
	decide(run, instant(now), room).map((decision) =>
		"task" in decision ? `${decision.type} ${decision.task}` : decision.type,
	);

const _chain = [
	aTask("a"),
	aTask("b", { after: ["a"] }),
	aTask("c", { after: ["b"] }),
];

describe("in time", () => {
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
