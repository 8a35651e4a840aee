import { expect, test } from "vitest";
import { directionOf, metricsOf } from "../../orchestrator/model/metrics.ts";

test.each([
	["rocAuc", "higher"],
	["val_accuracy", "higher"],
	["f1", "higher"],
	["averagePrecision", "higher"],
	["logLoss", "lower"],
	["brierScore", "lower"],
	["RMSE", "lower"],
	["test.error", "lower"],
	["rows", null],
	["threshold", null],
])("%s is better when it is %s", (name, direction) => {
	expect(directionOf(name)).toBe(direction);
});

test("the numbers of a result are its metrics", () => {
	expect(metricsOf({ rows: 3, name: "x", ok: true, nested: { a: 1 } })).toEqual(
		{ rows: 3 },
	);
	expect(metricsOf(null)).toEqual({});
});
