import { expect, test } from "vitest";
import {
	exitedWith,
	inWords,
	tookTooLong,
	watchedTooLong,
} from "../../orchestrator/model/messages.ts";
import { aSensor, aTask } from "../rig/plans.ts";

test("durations are said in the two largest units that they have", () => {
	const said = [
		0, 250, 999, 1000, 1_500, 9_999, 45_000, 60_000, 5_400_000, 3_600_000,
		90_061_000, 86_400_000, 172_805_000,
	].map(inWords);
	expect(said).toEqual([
		"0 ms",
		"250 ms",
		"999 ms",
		"1 s",
		"1.5 s",
		"9.9 s",
		"45 s",
		"1 min",
		"1 h 30 min",
		"1 h",
		"1 d 1 h",
		"1 d",
		"2 d 5 s",
	]);
});

test("an exit names its code and says where to look", () => {
	expect(exitedWith(3)).toEqual({
		kind: "exited",
		code: 3,
		message: "It exited with code 3. Its log says why.",
	});
});

test("a time-out names the limit and what to do", () => {
	expect(tookTooLong(aTask("a", { timeoutMs: 90_000 }))).toEqual({
		kind: "timed-out",
		message:
			'It ran longer than its time-out of 1 min 30 s and was stopped. Give it more time ("timeout"), or make it faster.',
	});
});

test("a sensor that gave up says what it was still waiting for, if it knew", () => {
	const sensor = aSensor("s", { timeoutMs: 7_200_000 });
	expect(watchedTooLong(sensor, null)).toEqual({
		kind: "timed-out",
		message: "What it waits for did not come within 2 h.",
	});
	expect(watchedTooLong(sensor, "target.csv is missing").message).toBe(
		"What it waits for did not come within 2 h (target.csv is missing).",
	);
});
