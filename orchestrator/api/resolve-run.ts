import type { RunId } from "../model/words.ts";
import type { RunFilter, Trigger } from "../store/port.ts";
import { Refused } from "./berth.ts";
import type { RunHead } from "./views.ts";

/** The run that a person means. An id that is complete is taken as it is. */
export async function resolveRun(
	reader: RunList,
	which: string,
): Promise<RunId> {
	const found = best(await reader.runs(filterFor(which)), which);
	if (found) return found.id as RunId;
	throw new Refused(
		"not-found",
		`There is no run "${which}". "berth runs" lists them.`,
	);
}

/** Berth itself, or its store. */
export interface RunList {
	runs(filter: RunFilter): Promise<readonly Listed[]>;
}

interface Listed {
	readonly id: string;
	readonly ds: string;
	readonly trigger: RunHead["trigger"] | Trigger;
}

/** Of a pipeline with very many runs no more is read than is needed. */
function filterFor(which: string): RunFilter {
	if (which === "latest") return { limit: 1 };
	const [pipeline = ""] = which.split("@");
	return which.includes("@") ? { pipeline } : { pipeline, limit: FEW };
}

/** Among them is one that is no replay, unless nobody does anything else. */
const FEW = 50;

/** Newest first, so the first that begins with it is the newest; but what is said in full is meant. */
const best = (runs: readonly Listed[], which: string): Listed | undefined =>
	which.includes("@")
		? (runs.find(({ id }) => id === which) ?? onlyOf(runs, which))
		: newestOf(runs);

/** A replay does over what another run did: who names the pipeline means that one. */
const newestOf = (runs: readonly Listed[]): Listed | undefined =>
	runs.find((run) => !isReplay(run)) ?? runs[0];

const isReplay = ({ trigger }: Listed): boolean =>
	(typeof trigger === "string" ? trigger : trigger.kind) === "replay";

/** Of one date the newest; of other beginnings the only one. */
function onlyOf(runs: readonly Listed[], which: string): Listed | undefined {
	const matching = runs.filter(({ id }) => id.startsWith(which));
	if (matching.length <= 1 || /@\d{4}-\d\d-\d\d$/.test(which))
		return newestOf(matching);
	throw new Refused(
		"invalid",
		`"${which}" can be ${matching.length} runs: ${matching
			.slice(0, 5)
			.map(({ id }) => id)
			.join(", ")}${matching.length > 5 ? " …" : ""}. Write more of the id.`,
	);
}
