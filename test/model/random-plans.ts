import fc from "fast-check";
import type { Plan, Task } from "../../orchestrator/model/plan.ts";
import { aPlan, aPromotion, aSensor, aTask } from "../rig/plans.ts";
import type { Habits } from "./world.ts";

const MOST_TASKS = 12;
const MAKERS = { task: aTask, sensor: aSensor, promotion: aPromotion };
const KINDS = ["task", "task", "task", "sensor", "promotion"] as const;

const someWish = fc.record({
	after: fc.uniqueArray(fc.nat(MOST_TASKS - 2), { maxLength: 3 }),
	join: fc.constantFrom<Task["join"]>(
		"all-succeeded",
		"all-succeeded",
		"all-over",
	),
	retries: fc.record({
		times: fc.nat(2),
		backoffMs: fc.nat(20),
	}),
	timeoutMs: fc.option(fc.integer({ min: 1, max: 20 })),
	kind: fc.constantFrom(...KINDS),
});

/** Up to twelve tasks that wait for each other as chance has it. */
export const somePlan: fc.Arbitrary<Plan> = fc
	.array(someWish, { minLength: 1, maxLength: MOST_TASKS })
	.map((wishes) =>
		aPlan(
			...wishes.map(({ kind, timeoutMs, ...wish }, i) => {
				const make = MAKERS[kind];
				return make(nameOf(i), {
					...wish,
					...(timeoutMs === null ? {} : { timeoutMs }),
					after: wish.after.filter((other) => other < i).map(nameOf),
				});
			}),
		),
	);

const nameOf = (i: number): string => `t${i}`;

export const someHabits: fc.Arbitrary<Habits> = fc.record({
	slots: fc.integer({ min: 1, max: 4 }),
	codes: fc.constantFrom([0], [0, 0, 0, 1], [0, 1, 99], [1]),
	crashes: fc.boolean(),
	refuses: fc.boolean(),
	thefts: fc.nat(3),
	fills: fc.boolean(),
	remembers: fc.boolean(),
});

/** The same tasks in another order in which each still comes after everything it waits for. */
export function shuffled(
	{ tasks, ...plan }: Plan,
	luck: readonly number[],
): Plan {
	const left = [...tasks];
	const placed: Task[] = [];
	for (let i = 0; left.length > 0; i++) {
		const ready = left.filter(({ after }) =>
			after.every((name) => placed.some((task) => task.name === name)),
		);
		const next = ready[(luck[i] ?? 0) % ready.length];
		if (!next) throw new Error("The plan goes round in circles.");
		placed.push(next);
		left.splice(left.indexOf(next), 1);
	}
	return { ...plan, tasks: placed };
}
