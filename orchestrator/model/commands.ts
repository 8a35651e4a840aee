import { taskOf } from "./graph.ts";
import { stateOf } from "./index-run.ts";
import type { Task } from "./plan.ts";
import type { Run } from "./run.ts";
import type { Prepared, TaskState } from "./task-state.ts";
import type { TaskName } from "./words.ts";

/** Something that must be going on in the world. */
export type Command =
	| Of<"prepare">
	| (Of<"launch" | "wait" | "publish"> & { readonly prepared: Prepared })
	/** `atOnce`: without its grace, in which it would go on with what it is stopped for. */
	| (Of<"stop"> & { readonly prepared: Prepared; readonly atOnce: boolean })
	| Of<"watch" | "promote">
	| (Of<"release"> & { readonly keep: boolean });

interface Of<Verb extends string> {
	readonly do: Verb;
	readonly task: Task;
	readonly attempt: number;
}

/** What must be going on in the world while the run is in this state. Computed from stored state, so starting after a crash needs no recovery code. */
export function commands(
	run: Run,
	of: Iterable<TaskName> = concerned(run),
): Command[] {
	if (run.begun === null) return [];
	return [...of].flatMap((name) => {
		const task = taskOf(run.graph, name);
		const current = command(task, stateOf(run, name));
		const releases = (run.owed.get(name) ?? []).map(
			(owed): Command => ({ do: "release", task, ...owed }),
		);
		return current ? [...releases, current] : releases;
	});
}

/** The tasks for which anything must be going on. */
const concerned = (run: Run): Iterable<TaskName> =>
	run.index.live.union(run.owed.keys());

function command(task: Task, state: TaskState): Command | null {
	switch (state.status) {
		case "preparing":
			return state.prepared === null
				? { do: "prepare", task, attempt: state.attempt }
				: null;
		case "starting":
			return { do: "launch", task, ...parts(state) };
		case "running":
			return { do: "wait", task, ...parts(state) };
		case "publishing":
			return { do: "publish", task, ...parts(state) };
		case "stopping":
			return {
				do: "stop",
				task,
				...parts(state),
				atOnce: state.because === "out-of-disk",
			};
		case "watching":
			return { do: "watch", task, attempt: state.attempt };
		case "promoting":
			return { do: "promote", task, attempt: state.attempt };
		case "waiting":
		case "resting":
		case "succeeded":
		case "failed":
		case "skipped":
		case "cancelled":
			return null;
	}
}

const parts = ({
	attempt,
	prepared,
}: {
	readonly attempt: number;
	readonly prepared: Prepared;
}): { readonly attempt: number; readonly prepared: Prepared } => ({
	attempt,
	prepared,
});
