import type { Event } from "../model/events.ts";
import type { ContainerWork, Plan, Task } from "../model/plan.ts";
import type { Recipe } from "../model/recipe.ts";
import type { Prepared, TaskState } from "../model/task-state.ts";
import type { Fingerprint, Instant, TaskName } from "../model/words.ts";
import type { RunDetail } from "../store/port.ts";

/** What an attempt was made from, where that is known. */
export interface Made {
	readonly recipe: Recipe;
	readonly fingerprint: Fingerprint | null;
}

/**
 * The plan of a run once more, with every task pinned that is done again.
 *
 *   a container that succeeded   is done again, whatever becomes of the others: it has all its inputs already
 *   …if its recipe is known      otherwise it is carried over, like sensors, promotions, and what is not asked for
 *   what was skipped             is skipped again, for the same reason
 *   what failed, was cancelled   gave nothing to compare: it is left out
 */
export function replayPlan(
	run: RunDetail,
	made: ReadonlyMap<TaskName, Made>,
	at: Instant,
): { readonly plan: Plan; readonly carried: readonly Event[] } {
	const states = new Map(run.tasks.map(({ name, state }) => [name, state]));
	const kept = run.plan.tasks.filter(({ name }) =>
		isKept(states.get(name)?.status),
	);
	const names = new Set(kept.map(({ name }) => name));
	return {
		plan: {
			...run.plan,
			oneAtATime: false,
			replays: run.id,
			tasks: kept.map((task) => again(task, names, made.get(task.name))),
		},
		carried: kept.flatMap(({ name }) => {
			const state = states.get(name);
			return made.has(name) || !state ? [] : carried(run, name, state, at);
		}),
	};
}

const isKept = (status: TaskState["status"] | undefined): boolean =>
	status === "succeeded" || status === "skipped";

function again(
	task: Task,
	names: ReadonlySet<TaskName>,
	made: Made | undefined,
): Task {
	const after = task.after.filter((name) => names.has(name));
	return made && task.work.kind === "container"
		? { ...task, after, join: "all-over", work: pinned(task.work, made) }
		: { ...task, after };
}

const pinned = (work: ContainerWork, made: Made): ContainerWork => ({
	...work,
	cache: { kind: "never", because: "it is replayed" },
	pinned: preparedOf(made),
});

function preparedOf({ recipe, fingerprint }: Made): Prepared {
	const inputs = Object.entries(recipe.in);
	return {
		image: recipe.image,
		command: recipe.command,
		env: recipe.env,
		in: Object.fromEntries(inputs.map(([name, { source }]) => [name, source])),
		contents: Object.fromEntries(
			inputs.map(([name, { contents }]) => [name, contents]),
		),
		...(fingerprint === null ? {} : { fingerprint }),
	};
}

function carried(
	run: RunDetail,
	task: TaskName,
	state: TaskState,
	at: Instant,
): Event[] {
	if (state.status === "skipped")
		return [{ type: "task-skipped", task, because: state.because, at }];
	return state.status === "succeeded"
		? [{ type: "task-carried", task, run: run.id, value: state.value, at }]
		: [];
}
