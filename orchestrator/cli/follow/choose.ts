import type { TaskView } from "../../api/views.ts";

/** The tasks to show where not all have room: what is going on, what failed, what ended last, what comes next; in the plan's order. */
export function choose(
	tasks: readonly TaskView[],
	most: number,
): readonly TaskView[] {
	if (tasks.length <= most) return tasks;
	const latest = new Set(
		tasks
			.filter((task) => endOf(task) > 0 && !isActive(task))
			.sort((a, b) => endOf(b) - endOf(a))
			.slice(0, LATEST),
	);
	const ranked = tasks
		.map((task, index) => ({ index, rank: rankOf(task, latest) }))
		.sort((a, b) => a.rank - b.rank || a.index - b.index);
	return ranked
		.slice(0, Math.max(1, most))
		.sort((a, b) => a.index - b.index)
		.flatMap(({ index }) => tasks[index] ?? []);
}

/** How many of those that ended stay in sight. */
const LATEST = 4;

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

function rankOf(task: TaskView, latest: ReadonlySet<TaskView>): number {
	if (task.status === "preparing") return 3; // most of them wait for a slot
	if (isActive(task)) return 0;
	if (task.status === "failed") return 1;
	if (latest.has(task)) return 2;
	return task.status === "waiting" ? 4 : 5;
}

const endOf = ({ attempts }: TaskView): number =>
	Date.parse(attempts.at(-1)?.endedAt ?? "") || 0;
