import { expect, test } from "vitest";
import {
	combinations,
	isBadSweep,
	sweepRunId,
	sweptValues,
} from "../../orchestrator/model/sweep.ts";

test("a sweep has every combination, the last key changing fastest", () => {
	expect(combinations({ model: "cart,logistic", seed: "1..2" })).toEqual([
		{ model: "cart", seed: "1" },
		{ model: "cart", seed: "2" },
		{ model: "logistic", seed: "1" },
		{ model: "logistic", seed: "2" },
	]);
});

test.each([
	["1..5", ["1", "2", "3", "4", "5"]],
	["3..1", ["3", "2", "1"]],
	["0..1..0.25", ["0", "0.25", "0.5", "0.75", "1"]],
	["0.1..0.3..0.1", ["0.1", "0.2", "0.3"]],
	["1..3,10", ["1", "2", "3", "10"]],
	["a, b", ["a", "b"]],
	["[1,2],[3]", ["[1,2]", "[3]"]],
	['{"a":1,"b":2}', ['{"a":1,"b":2}']],
	['"a,b",c', ["a,b", "c"]],
	["1..x", ["1..x"]],
	["v1..2", ["v1..2"]],
	["1..5..0", ["1..5..0"]],
	[
		"9007199254740993..9007199254740995",
		["9007199254740993..9007199254740995"],
	],
	[`0..0..0.${"0".repeat(310)}1`, [`0..0..0.${"0".repeat(310)}1`]],
])("%s are the values %j", (text, values) => {
	expect(combinations({ k: text })).toEqual(values.map((k) => ({ k })));
});

test("what is no sweep is said in a sentence", () => {
	expect(combinations({ seed: "1..200000" })).toMatchObject({
		message:
			"These values make more than 10000 runs. Sweep over fewer of them at a time.",
	});
	expect(combinations({ a: "1..200", b: "1..200" })).toHaveProperty("kind");
	expect(combinations({ seed: "1,,2" })).toMatchObject({
		message:
			"--set seed=1,,2 has an empty value. Write it as seed=a,b or seed=1..5.",
	});
});

test("only keys of several values are swept", () => {
	const sets = { model: "cart,logistic", seed: "7" };
	expect(sweptValues({ id: "s", index: 2, size: 2, sets })).toEqual({
		model: "logistic",
	});
});

test("each run was told its own combination", () => {
	const sets = { a: "1..3", b: "x", c: "y,z", d: "0..1..0.5" };
	const all = combinations(sets);
	if (isBadSweep(all)) throw new Error(all.message);
	const told = all.map((_, i) =>
		sweptValues({ id: "s", index: i + 1, size: all.length, sets }),
	);
	expect(told.map((values) => ({ ...values, b: "x" }))).toEqual(all);
	expect(told).toHaveLength(18);
});

test("the runs of a sweep are sorted by their ids", () => {
	const part = { id: "p@2026-11-20~01K", size: 12, sets: {} };
	expect([1, 2, 10].map((index) => sweepRunId({ ...part, index }))).toEqual([
		"p@2026-11-20~01K-01",
		"p@2026-11-20~01K-02",
		"p@2026-11-20~01K-10",
	]);
});
