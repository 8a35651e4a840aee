import type { TaskView } from "../../api/views.ts";

/** How many tasks come one after the other before each. The plan's order has every task after what it waits for. */
export function layersOf(
	tasks: readonly TaskView[],
): ReadonlyMap<string, number> {
	const depths = new Map<string, number>();
	for (const { name, after } of tasks)
		depths.set(
			name,
			after.reduce(
				(most, one) => Math.max(most, 1 + (depths.get(one) ?? 0)),
				0,
			),
		);
	return depths;
}
