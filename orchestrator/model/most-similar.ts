import { type Difference, differences, type Made } from "./differences.ts";

/** Of these attempts, newest first, the one with the fewest differences; of equal ones the one that gave something, then the newest. */
export function mostSimilar<T extends Candidate>(
	candidates: readonly T[],
	after: Made,
): Similar<T> | null {
	let best: Similar<T> | null = null;
	for (const attempt of candidates) {
		const found = { attempt, differences: differences(attempt, after) };
		if (best === null || isNearer(found, best)) best = found;
	}
	return best;
}

export interface Candidate extends Made {
	/** Did it give anything that could stand in? */
	readonly gave: boolean;
}

export interface Similar<T> {
	readonly attempt: T;
	readonly differences: readonly Difference[];
}

function isNearer(a: Similar<Candidate>, b: Similar<Candidate>): boolean {
	if (a.differences.length !== b.differences.length)
		return a.differences.length < b.differences.length;
	return a.differences.length === 0 && a.attempt.gave && !b.attempt.gave;
}
