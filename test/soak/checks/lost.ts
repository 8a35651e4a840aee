import type { Evidence } from "../evidence.ts";
import type { Violation } from "./violation.ts";

/** Nothing that was begun is without its end: no run that was acknowledged is unknown, none is unsettled, and no attempt goes on for ever. */
export function findLost({
	acknowledged,
	runs,
	attempts,
}: Evidence): readonly Violation[] {
	const known = new Set<string>(runs.map(({ id }) => id));
	return [
		...acknowledged
			.filter((id) => !known.has(id))
			.map((id) => lost(id, "it was acknowledged, and is not in the journal")),
		...runs
			.filter(({ settled }) => !settled)
			.map(({ id, status }) => lost(id, `it is ${status} and never settled`)),
		...attempts
			.filter(({ ending }) => ending === null)
			.map(({ id }) => lost(id, "the journal does not know how it ended")),
	];
}

const lost = (what: string, seen: string): Violation => ({
	kind: "lost",
	what,
	seen,
});
