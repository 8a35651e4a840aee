import type { RunId } from "../model/words.ts";
import { type Berth, Refused } from "./berth.ts";

/** The run that a person means. An id that is complete is taken as it is. */
export async function resolveRun(
	reader: Pick<Berth, "runs">,
	which: string,
): Promise<RunId> {
	const [pipeline = ""] = which.split("@");
	const runs = await reader.runs(
		which === "latest" ? { limit: 1 } : { pipeline },
	);
	const found = which === "latest" ? runs[0] : best(runs, which);
	if (found) return found.id as RunId;
	throw new Refused(
		"not-found",
		`There is no run "${which}". "berth runs" lists them.`,
	);
}

/** Newest first, so the first that begins with it is the newest; but what is said in full is meant. */
const best = <T extends { readonly id: string; readonly ds: string }>(
	runs: readonly T[],
	which: string,
): T | undefined =>
	which.includes("@")
		? (runs.find(({ id }) => id === which) ?? onlyOf(runs, which))
		: runs[0];

/** Of one date the newest; of other beginnings the only one. */
function onlyOf<T extends { readonly id: string; readonly ds: string }>(
	runs: readonly T[],
	which: string,
): T | undefined {
	const matching = runs.filter(({ id }) => id.startsWith(which));
	if (matching.length <= 1 || /@\d{4}-\d\d-\d\d$/.test(which))
		return matching[0];
	throw new Refused(
		"invalid",
		`"${which}" can be ${matching.length} runs: ${matching
			.slice(0, 5)
			.map(({ id }) => id)
			.join(", ")}${matching.length > 5 ? " …" : ""}. Write more of the id.`,
	);
}
