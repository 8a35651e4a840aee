import { describe, expect, test } from "vitest";
import {
	LOST_TIMES,
	pauseAfter,
	tallied,
} from "../../orchestrator/model/retry.ts";
import { type Ending, isLost } from "../../orchestrator/model/task-state.ts";
import { REFUSED, REJECTED, VANISHED } from "./endings.ts";

const FAILED: Ending = { kind: "exited", code: 1, message: "It exited." };
const FINAL: Ending = {
	kind: "refused",
	message: "No.",
	lost: false,
	final: true,
};
const pauses = (
	ending: Ending,
	times: number,
	backoffMs: number,
	upTo: number,
) =>
	Array.from({ length: upTo }, (_, i) => {
		const tally = isLost(ending)
			? { failed: 0, lost: i + 1 }
			: { failed: i + 1, lost: 0 };
		return pauseAfter(ending, tally, { times, backoffMs });
	});

describe("pauses", () => {
	test("double with each failure, until the retries are used up", () => {
		expect(pauses(FAILED, 4, 30_000, 5)).toEqual([
			30_000,
			60_000,
			120_000,
			240_000,
			null,
		]);
	});

	test("there is none after an ending that another attempt would come to as well", () => {
		expect(pauses(FINAL, 4, 1000, 1)).toEqual([null]);
	});

	test("grow to an hour at most", () => {
		expect(pauses(FAILED, 2000, 1_700_000, 4)).toEqual([
			1_700_000, 3_400_000, 3_600_000, 3_600_000,
		]);
		expect(pauses(FAILED, 2000, 1000, 2000).at(-1)).toBe(3_600_000);
	});

	test("stay what was asked for where that is more than an hour", () => {
		expect(pauses(FAILED, 2, 7_200_000, 3)).toEqual([
			7_200_000,
			7_200_000,
			null,
		]);
	});

	test("are none for a task without retries", () => {
		expect(pauses(FAILED, 0, 30_000, 1)).toEqual([null]);
	});
});

describe("what the world lost", () => {
	test("is tried again eight times from one second on, whatever the task's own retries", () => {
		expect(LOST_TIMES).toBe(8);
		const expected = [1, 2, 4, 8, 16, 32, 64, 128].map((s) => s * 1000);
		expect(pauses(VANISHED, 0, 30_000, 9)).toEqual([...expected, null]);
	});

	test("uses up none of the task's own retries, nor the other way round", () => {
		const tally = tallied(tallied({ failed: 0, lost: 0 }, VANISHED), FAILED);
		expect(tally).toEqual({ failed: 1, lost: 1 });
		expect(
			pauseAfter(FAILED, { failed: 1, lost: 8 }, { times: 1, backoffMs: 5 }),
		).toBe(5);
		expect(
			pauseAfter(VANISHED, { failed: 9, lost: 1 }, { times: 1, backoffMs: 5 }),
		).toBe(1000);
	});

	test("is what vanished, and what was refused or rejected by no fault of the task", () => {
		const lost = [
			VANISHED,
			{ ...REFUSED, lost: true },
			{ ...REJECTED, lost: true },
		] as Ending[];
		const own: Ending[] = [
			FAILED,
			REFUSED,
			REJECTED,
			{ kind: "out-of-memory", code: 137, message: "It ran out of memory." },
			{ kind: "timed-out", message: "It took too long." },
			{ kind: "out-of-disk", message: "It wrote too much." },
			{ kind: "cancelled", message: "It was cancelled." },
		];
		expect(lost.map(isLost)).toEqual([true, true, true]);
		expect(own.map(isLost)).toEqual(own.map(() => false));
	});
});
