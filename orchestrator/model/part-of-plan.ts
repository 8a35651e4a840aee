import type { CachePolicy, Plan, Task } from "./plan.ts";
import type { TaskName } from "./words.ts";

/** What of a plan is wanted, and what of that is to be computed anew. */
export interface PartWish {
	/** These tasks and what they need; absent or empty: all. */
	readonly only?: readonly string[];
	/** Compute anew: the tasks that are named in `only`, else all. */
	readonly noCache?: boolean;
}

/** The plan cut to what is wanted, or the names that it has no task for. */
export function partOfPlan(
	plan: Plan,
	{ only = [], noCache = false }: PartWish,
): Plan | UnknownTasks {
	const known = new Map(plan.tasks.map((task) => [String(task.name), task]));
	const unknown = only.filter((name) => !known.has(name));
	if (unknown.length > 0) return { kind: "unknown", names: unknown };
	const named = new Set(only);
	const wanted = named.size === 0 ? null : neededBy(plan, named);
	const isAnew = ({ name }: Task): boolean =>
		noCache && (named.size === 0 || named.has(name));
	return {
		...plan,
		tasks: plan.tasks
			.filter(({ name }) => wanted === null || wanted.has(name))
			.map((task) => (isAnew(task) ? computedAnew(task) : task)),
	};
}

export interface UnknownTasks {
	readonly kind: "unknown";
	readonly names: readonly string[];
}

/** They and everything before them. Backwards through the plan, where what a task needs comes before it. */
function neededBy(
	{ tasks }: Plan,
	names: ReadonlySet<string>,
): ReadonlySet<TaskName> {
	const needed = new Set<string>(names);
	for (const { name, after } of tasks.toReversed())
		if (needed.has(name)) for (const before of after) needed.add(before);
	return needed as Set<TaskName>;
}

/** Whatever was computed before does not stand in. What is never cached stays so. */
function computedAnew(task: Task): Task {
	const { work } = task;
	if (work.kind !== "container" || !work.cache || work.cache.kind === "never")
		return task;
	const cache: CachePolicy = { kind: "refresh" };
	return { ...task, work: { ...work, cache } };
}
