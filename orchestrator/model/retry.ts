import type { Retries } from "./plan.ts";
import { type Ending, isFinal, isLost, type Tally } from "./task-state.ts";

/** How often the world may lose an attempt of one task before it counts as failed. */
export const LOST_TIMES = 8;
const LOST_BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 60 * 60_000;

export const NO_FAILURES: Tally = { failed: 0, lost: 0 };

export const tallied = (tally: Tally, ending: Ending): Tally =>
	isLost(ending)
		? { ...tally, lost: tally.lost + 1 }
		: { ...tally, failed: tally.failed + 1 };

/** The pause before the next attempt, in milliseconds: 1×, 2×, 4× … at most an hour; null when there is none. */
export function pauseAfter(
	ending: Ending,
	tally: Tally,
	retries: Retries,
): number | null {
	if (isFinal(ending)) return null;
	const [used, allowed, pause] = isLost(ending)
		? [tally.lost, LOST_TIMES, LOST_BACKOFF_MS]
		: [tally.failed, retries.times, retries.backoffMs];
	if (used > allowed) return null;
	return Math.min(pause * 2 ** (used - 1), Math.max(pause, MAX_BACKOFF_MS));
}
