import type { Plan } from "../../orchestrator/model/plan.ts";
import { aPlan, aPromotion, aSensor, aTask } from "../rig/plans.ts";
import type { Habits } from "./world.ts";

/** What is explored, and in what kind of world: small enough to see every state, and together enough to see every law at work. */
export const SMALL_PIPELINES: readonly Small[] = [
	small(
		"one, 2 retries, time-out",
		aPlan(aTask("a", { retries: 2, timeoutMs: 7 })),
		{ codes: [0, 1, 99], refuses: true, thefts: 1, fills: true },
	),
	small(
		"chain of 2, retries, time-out",
		aPlan(
			aTask("a", { retries: 1, timeoutMs: 7 }),
			aTask("b", { after: ["a"], retries: 1 }),
		),
		{ refuses: true, thefts: 1 },
	),
	small("fork of 2, one slot", fork(), {}),
	small("fork of 2, two slots", fork(), { slots: 2 }),
	small("diamond, one slot", diamond(), {}),
	small("diamond, two slots", diamond(), { slots: 2 }),
	small(
		"sensor, then a, then b",
		aPlan(
			aSensor("s", { timeoutMs: 50, retries: 1 }),
			aTask("a", { after: ["s"], timeoutMs: 7 }),
			aTask("b", { after: ["a"] }),
		),
		{ refuses: true },
	),
	small(
		"c whatever becomes of a and b",
		aPlan(
			aTask("a", { retries: 1 }),
			aTask("b"),
			aTask("c", { after: ["a", "b"], join: "all-over" }),
		),
		{ codes: [0, 1, 99], crashes: false, fills: true },
	),
	small(
		"nothing to do: 99 skips a, and then b but not c",
		aPlan(
			aTask("a", { timeoutMs: 7 }),
			aTask("b", { after: ["a"] }),
			aTask("c", { after: ["b"], join: "all-over" }),
		),
		{ codes: [0, 99] },
	),
	small(
		"a may be unchanged, p promotes what it made, b comes after",
		aPlan(
			aTask("a", { retries: 1, timeoutMs: 7 }),
			aPromotion("p", { after: ["a"], retries: 1 }),
			aTask("b", { after: ["p"] }),
		),
		{ refuses: true, remembers: true },
	),
];

interface Small {
	readonly name: string;
	readonly plan: Plan;
	readonly habits: Habits;
}

function small(name: string, plan: Plan, habits: Partial<Habits>): Small {
	const usual = {
		slots: 1,
		codes: [0, 1],
		crashes: true,
		refuses: false,
		thefts: 0,
		fills: false,
		remembers: false,
	};
	return { name, plan, habits: { ...usual, ...habits } };
}

function fork(): Plan {
	return aPlan(aTask("a", { retries: 1 }), aTask("b", { retries: 1 }));
}

function diamond(): Plan {
	return aPlan(
		aTask("a"),
		aTask("b", { after: ["a"] }),
		aTask("c", { after: ["a"] }),
		aTask("d", { after: ["b", "c"] }),
	);
}
