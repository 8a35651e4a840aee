import type { Plan, Task } from "./plan.ts";
import type { TaskName } from "./words.ts";

/** A plan's tasks by name, and who waits for whom. */
export interface Graph {
	readonly tasks: ReadonlyMap<TaskName, Task>;
	/** Task → the tasks that wait for it, in plan order. */
	readonly downstream: ReadonlyMap<TaskName, readonly TaskName[]>;
}

export function graphOf(plan: Plan): Graph {
	const downstream = new Map<TaskName, TaskName[]>(
		plan.tasks.map(({ name }) => [name, []]),
	);
	for (const task of plan.tasks)
		for (const upstream of task.after)
			downstream.get(upstream)?.push(task.name);
	return {
		tasks: new Map(plan.tasks.map((task) => [task.name, task])),
		downstream,
	};
}

/** The task of that name. Asking for one that the plan does not have is a bug. */
export function taskOf(graph: Graph, name: TaskName): Task {
	const task = graph.tasks.get(name);
	if (!task) throw new Error(`The plan has no task "${name}".`);
	return task;
}
