import { Map as IMap, OrderedSet } from "immutable";
import { graphOf } from "./graph.ts";
import { emptyIndex, isStoppable, stateOf, withState } from "./index-run.ts";
import type { Plan } from "./plan.ts";
import type { Owed, Run } from "./run.ts";
import type { TaskState } from "./task-state.ts";
import type { Instant, RunId, TaskName } from "./words.ts";

/** A run before anything has happened to it. */
export const beginRun = (seed: {
	readonly id: RunId;
	readonly plan: Plan;
}): Run =>
	restoreRun({ ...seed, begun: null, cancelled: null, tasks: [], owed: [] });

/** A run as it was stored. Tasks that are not named are waiting. */
export function restoreRun(stored: StoredRun): Run {
	const { id, plan, begun, cancelled } = stored;
	const graph = graphOf(plan);
	const blank: Run = {
		id,
		plan,
		graph,
		begun,
		cancelled,
		tasks: IMap(plan.tasks.map(({ name }) => [name, WAITING])),
		owed: IMap(stored.owed.filter(([, owed]) => owed.length > 0)),
		index: emptyIndex(plan),
	};
	const states = new Map(stored.tasks);
	const run = plan.tasks.reduce((sofar, { name }) => {
		const state = states.get(name);
		return state === undefined || state.status === "waiting"
			? sofar
			: withState(sofar, name, state);
	}, blank);
	return cancelled === null ? run : withAllStoppableOnAgenda(run);
}

/** A cancel concerns every task that is not over. */
export const withAllStoppableOnAgenda = (run: Run): Run => ({
	...run,
	index: {
		...run.index,
		agenda: OrderedSet(
			run.plan.tasks
				.map(({ name }) => name)
				.filter((name) => isStoppable(stateOf(run, name))),
		),
	},
});

export interface StoredRun {
	readonly id: RunId;
	readonly plan: Plan;
	readonly begun: Instant | null;
	readonly cancelled: Instant | null;
	readonly tasks: readonly (readonly [TaskName, TaskState])[];
	readonly owed: readonly (readonly [TaskName, readonly Owed[]])[];
}

const WAITING: TaskState = { status: "waiting" };
