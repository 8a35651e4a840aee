import type { Attempt, Evidence } from "../evidence.ts";
import type { EngineHit } from "../monkey.ts";
import type { Violation } from "./violation.ts";

/** How an attempt ended is told as it was: by the task's own word, and by the engine's where it lived to say. */
export function findMistold(evidence: Evidence): readonly Violation[] {
	return evidence.attempts
		.filter(({ ending }) => ending !== null)
		.flatMap((attempt) => mistold(attempt, evidence.engines));
}

function mistold(attempt: Attempt, engines: readonly EngineHit[]): Violation[] {
	const seen = whatIsWrong(attempt, engines);
	return seen === null ? [] : [{ kind: "mistold", what: attempt.id, seen }];
}

function whatIsWrong(
	attempt: Attempt,
	engines: readonly EngineHit[],
): string | null {
	const { ending, story, hit, startedAt, endedAt } = attempt;
	const own = typeof story.end === "object" ? story.end : null;
	if (ending?.kind === "exited") return otherCode(attempt, own);
	if (own === null || hit !== null) return null;
	// It may have been ended between its last word and its exit: by its time-out, or by an engine that ends what it finds.
	if (ending?.kind === "timed-out") return null;
	if (isForgotten(ending, engines, endedAt)) return null;
	if (isBetween(engines, startedAt, endedAt)) return null;
	return `it is told as ${ending?.kind}, its program ended with ${own.code} and nobody had killed it`;
}

/** An exit has the program's own code, which is what the engine saw, too. */
function otherCode(
	{ ending, recorded, hit }: Attempt,
	own: { readonly code: number } | null,
): string | null {
	const told = `it is told as an exit with ${ending?.code}`;
	if (own === null) return `${told}, its program never came to an end`;
	if (own.code !== ending?.code)
		return `${told}, its program's was ${own.code}`;
	const died = recorded.find((one) => one.died !== null)?.died ?? own.code;
	return hit === null && died !== own.code
		? `${told}, the engine's was ${died}`
		: null;
}

/** Did an engine come back that did not know any more how it had ended? Then nobody does but the task. */
export const isForgotten = (
	ending: Attempt["ending"],
	engines: readonly EngineHit[],
	endedAt: number | null,
): boolean =>
	ending?.kind === "vanished" &&
	/does not know how it ended/.test(ending.message ?? "") &&
	engines.some(({ at, up }) => at <= (endedAt ?? 0) && (endedAt ?? 0) <= up);

/** Did an engine come back without live-restore while it was there? */
const isBetween = (
	engines: readonly EngineHit[],
	started: number | null,
	ended: number | null,
): boolean =>
	engines.some(
		({ at, up, liveRestore }) =>
			!liveRestore &&
			(started ?? 0) <= up &&
			at <= (ended ?? Number.POSITIVE_INFINITY),
	);
