import type { TaskState } from "../model/task-state.ts";
import type { OneTask } from "../store/recipes-port.ts";

/** Why nothing was looked up for a task of which no recipe is known, in a sentence. */
export function nothingLookedUp({ task, state, attempts }: OneTask): string {
	const own = nothingToCompute(task.work.kind);
	if (own !== null) return own;
	const ended = attempts.at(-1)?.ending?.message;
	return (
		byState(state) ??
		`Its latest attempt ended before it was known what it is made from${ended ? `: ${ended}` : "."}`
	);
}

function nothingToCompute(
	kind: OneTask["task"]["work"]["kind"],
): string | null {
	switch (kind) {
		case "files":
		case "publication":
			return "It is a sensor: it computes nothing, and looks anew in every run.";
		case "promote":
			return "It is a promotion: it computes nothing, and moves its path in every run.";
		case "container":
			return null;
	}
}

function byState(state: TaskState): string | null {
	switch (state.status) {
		case "waiting":
			return "It has not begun: it waits for the tasks before it.";
		case "preparing":
			return state.note ?? "It is being prepared.";
		case "skipped":
			return "It was skipped, so nothing was looked up.";
		case "cancelled":
			return "It was cancelled before anything was looked up.";
		case "succeeded":
			return state.by.kind === "carried"
				? `It was carried over from ${state.by.run}, which this run retries; ask about it there.`
				: OLD;
		case "starting":
		case "running":
		case "publishing":
		case "stopping":
			return OLD;
		case "watching":
		case "promoting":
		case "resting":
		case "failed":
			return null;
	}
}

const OLD =
	"An older berth prepared it, which did not remember what tasks are made from.";
