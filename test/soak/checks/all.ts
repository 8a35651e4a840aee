import type { Evidence } from "../evidence.ts";
import { findHalfPublished } from "./half-published.ts";
import { findLogGaps } from "./log-gaps.ts";
import { findLost } from "./lost.ts";
import { findMistold } from "./mistold.ts";
import { findRepeated } from "./repeated.ts";
import type { Violation } from "./violation.ts";

/** Everything that is not as promised. */
export async function check(evidence: Evidence): Promise<readonly Violation[]> {
	return [
		...findLost(evidence),
		...findRepeated(evidence),
		...findMistold(evidence),
		...evidence.leftovers.map((what) => ({
			kind: "orphaned" as const,
			what,
			seen: "nothing needs it any more",
		})),
		...(await findHalfPublished(evidence)),
		...findLogGaps(evidence),
	];
}
