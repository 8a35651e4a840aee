import type { RunStatus } from "../../orchestrator/model/run.ts";
import type { TaskState } from "../../orchestrator/model/task-state.ts";
import type { Cell, Death } from "./cell.ts";
import type { Ending } from "./endings.ts";

/** What must have come of it all. */
export interface Expectation {
	readonly statuses: readonly RunStatus[];
	/** How many attempts there may be. */
	readonly attempts: readonly number[];
	/** How the last attempt must have ended when the run was not cancelled. */
	readonly last: { readonly kind: string; readonly code: number };
	/** Somebody removed the container before it was started: the same attempt gets another one. */
	readonly mayBeMadeTwice: boolean;
	/** The container of the first attempt, and with it its log, was lost before it had been read. */
	readonly isLogLost: boolean;
}

export function expectationOf(
	{ row, ending }: Pick<Cell, "row" | "ending">,
	death: Death,
): Expectation {
	const lost = isAttemptLost(ending, death);
	const wasRemoved = ending === "removed by hand" && death.container !== null;
	return {
		statuses: row.isCancelled
			? ["cancelled", ...elseOf(ending, death)]
			: [STATUS[ending]],
		attempts: ATTEMPTS[row.isCancelled && lost === "yes" ? "perhaps" : lost],
		last: LAST[ending],
		mayBeMadeTwice: wasRemoved && death.container === "created",
		isLogLost: wasRemoved || lost !== "no",
	};
}

const ATTEMPTS = { no: [1], perhaps: [1, 2], yes: [2] } as const;

/** Does this attempt end by the world's doing, so that there must be another one? */
function isAttemptLost(
	ending: Ending,
	{ container, wasAsked, knew }: Death,
): keyof typeof ATTEMPTS {
	if (container === null || knew === null || KNOWS.has(knew.status))
		return "no";
	// Whether its start still lies with the engine is not known: it is removed, never started.
	if (container === "created" && wasAsked) return "yes";
	switch (ending) {
		case "removed by hand":
			return container === "created" ? "perhaps" : "yes";
		case "engine restarted":
			return container === "running" ? "yes" : "no";
		case "never started":
		case "still running":
		case "finished 0":
		case "finished 7":
		case "out of memory":
		case "engine restarted, live-restore":
			return "no";
	}
}

/** States in which berth has remembered already how the container ended, or does not want another one. */
const KNOWS = new Set<TaskState["status"]>([
	"publishing",
	"stopping",
	"succeeded",
	"failed",
	"cancelled",
]);

/** A cancel that comes too late, or was not remembered, finds a run that is over. */
const elseOf = (ending: Ending, { knew }: Death): readonly RunStatus[] =>
	ending.startsWith("finished") ||
	ending === "out of memory" ||
	knew?.status === "publishing"
		? [STATUS[ending]]
		: [];

const STATUS: Readonly<Record<Ending, RunStatus>> = {
	"never started": "succeeded",
	"still running": "succeeded",
	"finished 0": "succeeded",
	"finished 7": "failed",
	"out of memory": "failed",
	"removed by hand": "succeeded",
	"engine restarted": "succeeded",
	"engine restarted, live-restore": "succeeded",
};

const WELL = { kind: "exited", code: 0 };

const LAST: Readonly<Record<Ending, Expectation["last"]>> = {
	"never started": WELL,
	"still running": WELL,
	"finished 0": WELL,
	"finished 7": { kind: "exited", code: 7 },
	"out of memory": { kind: "out-of-memory", code: 137 },
	"removed by hand": WELL,
	"engine restarted": WELL,
	"engine restarted, live-restore": WELL,
};
