import { expect, test } from "vitest";
import {
	fromTaskOn,
	measuredOf,
	metricChanges,
	paramChanges,
} from "../../orchestrator/model/side-by-side.ts";
import { aPlan, aSensor, aTask, named } from "../rig/plans.ts";

const task = aTask("validate", {
	work: {
		result: {
			type: "object",
			properties: {
				drift: { type: "number", better: "lower" },
				accuracy: { type: "number", better: "lower" },
			},
		},
	},
});

test("a metric is better as its pipeline declares it, else as its name says", () => {
	expect(
		measuredOf(task, { drift: 1, accuracy: 2, rocAuc: 3, rows: 4, word: "x" }),
	).toEqual({
		drift: { value: 1, better: "lower" },
		accuracy: { value: 2, better: "lower" },
		rocAuc: { value: 3, better: "higher" },
		rows: { value: 4, better: null },
	});
	expect(measuredOf(aSensor("look"), null)).toEqual({});
});

test("metrics stand side by side with better, worse, or neither", () => {
	const a = measuredOf(task, { drift: 1, rocAuc: 0.9, rows: 4, f1: 1, old: 1 });
	const b = measuredOf(task, {
		drift: 2,
		rocAuc: 0.95,
		rows: 5,
		f1: 1,
		new: 1,
	});
	expect(metricChanges(a, b)).toEqual([
		{ name: "drift", a: 1, b: 2, change: "worse" },
		{ name: "rocAuc", a: 0.9, b: 0.95, change: "better" },
		{ name: "rows", a: 4, b: 5, change: null },
		{ name: "f1", a: 1, b: 1, change: "same" },
		{ name: "old", a: 1, b: null, change: null },
		{ name: "new", a: null, b: 1, change: null },
	]);
});

test("of params only those are told that differ, by their dotted names", () => {
	expect(
		paramChanges(
			{ seed: 1, model: { kind: "cart", depth: 8 }, gone: true },
			{ seed: 1, model: { kind: "cart", depth: 10 } },
		),
	).toEqual([
		{ name: "model.depth", a: 8, b: 10 },
		{ name: "gone", a: true, b: null },
	]);
});

test("from a task on: it, and what comes after it, directly or not", () => {
	const plan = aPlan(
		aTask("prepare"),
		aTask("train", { after: ["prepare"] }),
		aTask("other", { after: ["prepare"] }),
		aTask("validate", { after: ["train"] }),
		aTask("tell", { after: ["validate", "other"] }),
	);
	const names = fromTaskOn(plan, named("train")).map(({ name }) => name);
	expect(names).toEqual(["train", "validate", "tell"]);
});
