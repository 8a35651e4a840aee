import type { Map as IMap, OrderedSet } from "immutable";
import type { Graph } from "./graph.ts";
import type { Plan } from "./plan.ts";
import type { TaskState } from "./task-state.ts";
import type { Timers } from "./timers.ts";
import type { Instant, RunId, TaskName } from "./words.ts";

export type RunStatus =
	| "queued"
	| "running"
	| "succeeded"
	| "failed"
	| "cancelled";

/** One execution of a plan. A value: `evolve` answers with another one that shares most of it. */
export interface Run {
	readonly id: RunId;
	readonly plan: Plan;
	readonly graph: Graph;
	/** Null while it is queued. */
	readonly begun: Instant | null;
	readonly cancelled: Instant | null;
	readonly tasks: IMap<TaskName, TaskState>;
	/** Attempts that ended and whose container, log or staging is still to be taken care of. */
	readonly owed: IMap<TaskName, readonly Owed[]>;
	readonly index: Index;
}

export interface Owed {
	readonly attempt: number;
	/** A failed attempt's staging folder is kept for inspection. */
	readonly keep: boolean;
}

/** Derived from the tasks' states, so that a step costs what it touches, not what the plan holds. `rebuild` makes it anew. */
export interface Index {
	/** How many of the tasks it waits for are not over; absent means none. */
	readonly open: IMap<TaskName, number>;
	/** Tasks about which there may be something to choose now. */
	readonly agenda: OrderedSet<TaskName>;
	/** Prepared, and waiting for a slot; first come, first served. */
	readonly launchable: OrderedSet<TaskName>;
	/** Tasks for which something must be going on in the world. */
	readonly live: OrderedSet<TaskName>;
	readonly timers: Timers;
	readonly slots: number;
	/** Tasks that are not over. */
	readonly remaining: number;
	readonly failed: number;
	readonly cancelled: number;
}
