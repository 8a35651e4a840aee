import type { TaskView } from "../../api/views.ts";

/** The tasks to show where not all have room: what is going on, what failed, what ended last, what comes next; in the plan's order. */
export function choose(
	tasks: readonly TaskView[],
	most: number,
): readonly TaskView[] {
	if (tasks.length <= most) return tasks;
	const ranked = tasks
		.map((task, index) => ({ index, rank: rankOf(task), time: timeOf(task) }))
		.sort((a, b) => a.rank - b.rank || b.time - a.time || a.index - b.index);
	return ranked
		.slice(0, Math.max(1, most))
		.sort((a, b) => a.index - b.index)
		.flatMap(({ index }) => tasks[index] ?? []);
}

/** Something is going on about it now. */
export const isActive = ({ status }: TaskView): boolean => ACTIVE.has(status);

const ACTIVE = new Set<TaskView["status"]>([
	"preparing",
	"starting",
	"running",
	"publishing",
	"stopping",
	"watching",
	"resting",
]);

function rankOf(task: TaskView): number {
	if (isActive(task)) return 0;
	if (task.status === "failed") return 1;
	return task.status === "waiting" ? 3 : 2;
}

/** The newest first among those that ended; the others stay in order. */
const timeOf = ({ attempts }: TaskView): number =>
	Date.parse(attempts.at(-1)?.endedAt ?? "") || 0;
