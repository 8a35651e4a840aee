import { getEventListeners } from "node:events";
import { expect, test } from "vitest";
import { systemClock } from "../../orchestrator/engine/clock.ts";
import type { Instant } from "../../orchestrator/model/words.ts";
import { untilNoMoreThan } from "./handles.ts";

const inMs = (ms: number) => (systemClock.now() + ms) as Instant;
const timers = (): readonly string[] =>
	process.getActiveResourcesInfo().filter((kind) => kind === "Timeout");

test("the system's clock sleeps until the instant, and not at all for one that is past", async () => {
	const { signal } = new AbortController();
	const at = inMs(5);
	await systemClock.sleepUntil(at, signal);
	expect(systemClock.now()).toBeGreaterThanOrEqual(at);
	await systemClock.sleepUntil(inMs(-1000), signal);
	expect(getEventListeners(signal, "abort")).toEqual([]);
});

test("a sleep of a year does not end at once, ends with the signal's reason, and leaves no timer", async () => {
	const stop = new AbortController();
	const before = timers().length;
	const sleep = systemClock.sleepUntil(inMs(365 * 86_400_000), stop.signal);
	expect(await Promise.race([sleep, Promise.resolve("asleep")])).toBe("asleep");
	stop.abort(new Error("enough"));
	await expect(sleep).rejects.toThrow("enough");
	await untilNoMoreThan(before, timers);
	await expect(systemClock.sleepUntil(inMs(1), stop.signal)).rejects.toThrow(
		"enough",
	);
});
