import fc from "fast-check";
import { expect, test } from "vitest";
import {
	addTimer,
	dueBy,
	type Timers,
	trim,
} from "../../orchestrator/model/timers.ts";
import { aSensor, instant, named } from "../rig/plans.ts";
import { aRun, noted, scheduled } from "./told.ts";

const filled = (times: readonly number[]): Timers =>
	times.reduce<Timers>(
		(timers, at, i) => addTimer(timers, instant(at), named(`t${i}`)),
		null,
	);

const inOrder = (timers: Timers): number[] => {
	const times = [];
	for (
		let rest = timers;
		rest;
		rest = trim(rest, (task) => task !== rest?.task)
	)
		times.push(rest.at);
	return times;
};

test("timers come out in order of time, each once", () => {
	fc.assert(
		fc.property(fc.array(fc.nat(50)), (times) => {
			expect(inOrder(filled(times))).toEqual(times.toSorted((a, b) => a - b));
		}),
	);
});

test("everything due by an instant is found, that instant included, and nothing else", () => {
	fc.assert(
		fc.property(fc.array(fc.nat(50)), fc.nat(50), (times, now) => {
			const due = [...dueBy(filled(times), instant(now))].length;
			expect(due).toBe(times.filter((at) => at <= now).length);
		}),
	);
});

test("the longest way down to the right stays short, in whichever order they came", () => {
	const count = 1023;
	const orders = [
		Array.from({ length: count }, (_, i) => i),
		Array.from({ length: count }, (_, i) => count - i),
		Array.from({ length: count }, (_, i) => (i * 379) % count),
	];
	for (const order of orders) {
		let depth = 0;
		for (let heap = filled(order); heap; heap = heap.right) depth++;
		expect(depth).toBeLessThanOrEqual(Math.log2(count + 1));
		expect(filled(order)?.rank).toBe(depth);
		expect(leansLeft(filled(order))).toBe(true);
	}
});

const leansLeft = (heap: Timers): boolean =>
	heap === null ||
	((heap.left?.rank ?? 0) >= (heap.right?.rank ?? 0) &&
		leansLeft(heap.left) &&
		leansLeft(heap.right));

test("what holds no longer is dropped from the head", () => {
	const left = trim(filled([3, 1, 2]), (_, at) => at === 3);
	expect(left?.at).toBe(3);
	expect(trim(left, () => false)).toBeNull();
});

test("a sensor's many notes do not make many timers", () => {
	const notes = Array.from({ length: 100 }, (_, i) =>
		noted("s", `${i} of 100 files`),
	);
	const run = aRun([aSensor("s", { timeoutMs: 5 })], scheduled("s"), ...notes);
	expect([...dueBy(run.index.timers, instant(5))]).toEqual(["s"]);
});
