import { setTimeout as sleep } from "node:timers/promises";
import type { Instant } from "../model/words.ts";

/** The time, and the only way to wait for one: tests bring a clock that they move by hand. */
export interface Clock {
	now(): Instant;
	/** Resolves at that instant; rejects with the signal's reason when that is raised, and then leaves no timer. */
	sleepUntil(at: Instant, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
	now: () => Date.now() as Instant,
	async sleepUntil(at, signal) {
		signal.throwIfAborted();
		while (Date.now() < at) await nap(at - Date.now(), signal);
	},
};

/** Timers count the time that the machine is awake: one that slept over the instant notices soon after. */
const LONGEST_NAP_MS = 10 * 60_000;

async function nap(ms: number, signal: AbortSignal): Promise<void> {
	try {
		await sleep(Math.min(ms, LONGEST_NAP_MS), undefined, { signal });
	} catch {
		signal.throwIfAborted();
	}
}
