import { describe, expect, test } from "vitest";
import { badEnds } from "../../orchestrator/model/bad-ends.ts";
import { beginRun } from "../../orchestrator/model/begin.ts";
import { decide } from "../../orchestrator/model/decide.ts";
import type { Event } from "../../orchestrator/model/events.ts";
import { evolve } from "../../orchestrator/model/evolve.ts";
import { exitedWith } from "../../orchestrator/model/messages.ts";
import type { Task } from "../../orchestrator/model/plan.ts";
import { LOST_TIMES } from "../../orchestrator/model/retry.ts";
import type { Ending } from "../../orchestrator/model/task-state.ts";
import {
	type Spent,
	whatHappened,
	whatNext,
} from "../../orchestrator/model/what-next.ts";
import type { RunId } from "../../orchestrator/model/words.ts";
import { aPlan, aPrepared, aTask, instant, named } from "../rig/plans.ts";
import { VANISHED } from "./endings.ts";

const UNTIL = instant(Date.parse("2026-11-20T10:05:00.500Z"));
const FAILED = exitedWith(3);

const resting = (
	ending: Ending,
	tally: { readonly failed: number; readonly lost: number },
): Spent => ({
	status: "resting",
	attempt: tally.failed + tally.lost,
	tally,
	until: UNTIL,
	ending,
});
const failed = (ending: Ending): Spent => ({
	status: "failed",
	attempt: 1,
	at: UNTIL,
	ending,
});
const story = (task: Task, state: Spent): string =>
	`${whatHappened(task, state)} ${whatNext(task, state)}`;

const twice = aTask("train", { retries: 2 });
const once = aTask("train");

describe("what happened, and what happens next", () => {
	test("a failure counts against the task's retries, and says when the next attempt is", () => {
		expect(story(twice, resting(FAILED, { failed: 2, lost: 0 }))).toBe(
			"It exited with code 3 (attempt 2 of 3). Its log says why. Next attempt at 10:05:00 UTC.",
		);
	});

	test("what would be refused again is not tried again, whatever retries are left", () => {
		const gone: Ending = {
			kind: "refused",
			message: "Its image is gone.",
			lost: false,
			final: true,
		};
		expect(story(twice, failed(gone))).toBe(
			"Its image is gone. It is not tried again: that would find the same.",
		);
	});

	test("attempts that the world lost do not count among them", () => {
		expect(story(twice, resting(FAILED, { failed: 1, lost: 3 }))).toContain(
			"(attempt 1 of 3)",
		);
	});

	test("what was lost uses up no retry, and says how often that may be", () => {
		expect(story(twice, resting(VANISHED, { failed: 1, lost: 2 }))).toBe(
			"It is gone. This does not use up a retry. Next attempt at 10:05:00 UTC (2 of 8).",
		);
	});

	test("the last attempt says that none is left, and what to do", () => {
		expect(story(twice, failed(FAILED))).toBe(
			"It exited with code 3 (attempt 3 of 3). Its log says why. No attempt is left. `berth retry` goes on from here in a new run.",
		);
	});

	test("a task without retries is not told which of one attempts it was", () => {
		expect(story(once, failed(FAILED))).toBe(
			"It exited with code 3. Its log says why. It has no retries. `berth retry` goes on from here in a new run.",
		);
	});

	test("what is lost for good says how often it was tried", () => {
		expect(whatNext(once, failed(VANISHED))).toMatch(
			/^No attempt is left: 8 more were made that used up no retry/,
		);
	});

	test("a full stop in a name ends no sentence, and a message without any is no trouble", () => {
		const ending = (message: string): Ending => ({ ...FAILED, message });
		const told = (message: string): string =>
			whatHappened(twice, resting(ending(message), { failed: 1, lost: 0 }));
		expect(told("It lacks data.csv. Make it.")).toBe(
			"It lacks data.csv (attempt 1 of 3). Make it.",
		);
		expect(told("It broke")).toBe("It broke (attempt 1 of 3)");
		expect(told("It broke:\nand how")).toBe(
			"It broke:\nand how (attempt 1 of 3)",
		);
	});

	test("the day is said when the pause is long", () => {
		const daily = aTask("train", {
			retries: { times: 1, backoffMs: 86_400_000 },
		});
		expect(whatNext(daily, resting(FAILED, { failed: 1, lost: 0 }))).toBe(
			"Next attempt at 2026-11-20 10:05:00 UTC.",
		);
	});
});

describe("the attempts that ended badly", () => {
	const name = named("train");
	const begin = (task: Task, events: readonly Event[] = []) => {
		const fresh = beginRun({ id: "p@1~1" as RunId, plan: aPlan(task) });
		return [{ type: "run-begun", at: instant(0) } as Event, ...events].reduce(
			evolve,
			fresh,
		);
	};
	const running = (task: Task) => {
		const of = { task: name, attempt: 1, at: instant(0) };
		return begin(task, [
			{ type: "attempt-scheduled", ...of },
			{ type: "prepared", ...of, prepared: aPrepared() },
			{ type: "attempt-admitted", ...of },
			{ type: "started", ...of },
		]);
	};
	const exit = (code: number, at: number): Event => ({
		...{ type: "exited", task: name, attempt: 1, at: instant(at) },
		...{ code, warning: null },
	});

	test("are told, also when the next one begins in the same turn", () => {
		const hasty = aTask("train", { retries: { times: 1, backoffMs: 0 } });
		const before = running(hasty);
		const after = evolve(before, exit(3, 7));
		const events = [exit(3, 7), ...decide(after, instant(7), 1)];
		expect(events).toHaveLength(2);
		expect(badEnds(before, events)).toEqual([
			{
				task: name,
				attempt: 1,
				story: expect.stringMatching(/code 3 \(attempt 1 of 2\).*Next attempt/),
			},
		]);
	});

	test("are told once, and not when they went well", () => {
		const before = running(once);
		expect(badEnds(before, [exit(3, 7), exit(3, 8)])).toHaveLength(1);
		expect(badEnds(before, [exit(0, 7)])).toEqual([]);
		expect(badEnds(before, [exit(99, 7)])).toEqual([]);
	});

	test("are also those that exited with 0, but too late", () => {
		const before = running(aTask("train", { timeoutMs: 5 }));
		expect(badEnds(before, [exit(0, 6)])).toMatchObject([
			{ story: expect.stringContaining("time-out of 5 ms") },
		]);
	});

	test("are also those that exited with 0 while they were stopped for what they wrote", () => {
		const of = { task: name, attempt: 1, at: instant(1) };
		const message = "It wrote too much.";
		const over: Event = { type: "overflowed", ...of, message };
		const stopped = evolve(running(once), over);
		expect(badEnds(stopped, [exit(0, 6)])).toMatchObject([
			{ story: expect.stringContaining(message) },
		]);
	});

	test("are, when the world loses it, nine", () => {
		let run = begin(once);
		const stories: string[] = [];
		for (let at = 0; run.index.remaining > 0; at += 200_000) {
			run = decide(run, instant(at), 1).reduce(evolve, run);
			const state = run.tasks.get(name);
			const attempt = state && "attempt" in state ? state.attempt : 0;
			const of = { task: name, attempt, at: instant(at) };
			const gone: Event = { type: "ended", ...of, ending: VANISHED };
			stories.push(...badEnds(run, [gone]).map((end) => end.story));
			run = evolve(run, gone);
		}
		expect(stories).toHaveLength(LOST_TIMES + 1);
		expect(stories.at(-2)).toContain("(8 of 8)");
		expect(stories.at(-1)).toContain("No attempt is left");
	});
});
