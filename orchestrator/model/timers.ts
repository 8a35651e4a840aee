import type { Instant, TaskName } from "./words.ts";

/** When tasks are next due: a persistent leftist heap (Crane 1972), earliest first. Null is empty. */
export type Timers = Timer | null;

interface Timer {
	readonly at: Instant;
	readonly task: TaskName;
	/** Length of the right spine: it keeps `merge` logarithmic. */
	readonly rank: number;
	readonly left: Timers;
	readonly right: Timers;
}

export const addTimer = (timers: Timers, at: Instant, task: TaskName): Timers =>
	merge(timers, { at, task, rank: 1, left: null, right: null });

/** Drop leading entries that no longer hold, so that the head is always true. */
export function trim(
	timers: Timers,
	holds: (task: TaskName, at: Instant) => boolean,
): Timers {
	let rest = timers;
	while (rest && !holds(rest.task, rest.at))
		rest = merge(rest.left, rest.right);
	return rest;
}

/** Everything due by `now`, in no particular order. Looks at nothing that is not due. */
export function* dueBy(timers: Timers, now: Instant): Generator<TaskName> {
	const heaps = [timers];
	for (let heap = heaps.pop(); heap !== undefined; heap = heaps.pop()) {
		if (heap === null || heap.at > now) continue;
		yield heap.task;
		heaps.push(heap.left, heap.right);
	}
}

function merge(a: Timers, b: Timers): Timers {
	if (!a) return b;
	if (!b) return a;
	const [head, other] = a.at <= b.at ? [a, b] : [b, a];
	return balanced(head, merge(head.right, other));
}

function balanced(head: Timer, right: Timers): Timer {
	const [tall, short] =
		rankOf(head.left) >= rankOf(right)
			? [head.left, right]
			: [right, head.left];
	return { ...head, rank: rankOf(short) + 1, left: tall, right: short };
}

const rankOf = (heap: Timers): number => heap?.rank ?? 0;
