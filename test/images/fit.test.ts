import { describe, expect, test } from "vitest";
import { fitCart } from "../../images/trainer/fit-cart.ts";
import { fitLogistic } from "../../images/trainer/fit-logistic.ts";
import { minimise } from "../../images/trainer/lbfgs.ts";
import { logisticLoss } from "../../images/trainer/logistic-loss.ts";
import { score } from "../../images/trainer/score.ts";
import { aTable, reference, tableOf } from "./reference.ts";

describe("logistic regression is at scikit-learn's exact optimum", () => {
	for (const known of reference.optima)
		test(`${known.name}, l2 ${known.l2}`, () => {
			const { model, fit } = fitLogistic(tableOf(known.name), known);
			expect(fit.gradientNorm).toBeLessThanOrEqual(1e-8);
			expect(distance(model.coefficients, known.coefficients)).toBeLessThan(
				1e-6,
			);
			expect(Math.abs(model.intercept - known.intercept)).toBeLessThan(1e-6);
			expect(distance(model.means, known.means)).toBeLessThan(1e-9);
			expect(distance(model.scales, known.scales)).toBeLessThan(1e-9);
		});
});

test("the gradient of the loss is its slope", () => {
	const loss = logisticLoss(tableOf("collinear"), 0.7);
	const point = Float64Array.from([0.3, -0.2, 0.1, 0.05, -0.4]);
	const { gradient } = loss(point);
	const step = 1e-6;
	gradient.forEach((slope, i) => {
		const [before, after] = [-step, step].map(
			(by) => loss(point.map((value, j) => value + (i === j ? by : 0))).value,
		);
		expect((Number(after) - Number(before)) / (2 * step)).toBeCloseTo(slope, 5);
	});
});

test("a valley a million times longer than wide is followed to its end", () => {
	const curvature = Float64Array.from([1, 1e2, 1e4, 1e6]);
	const minimum = minimise(
		(point) => {
			const gradient = point.map((x, i) => Number(curvature[i]) * (x - 1));
			const value = point.reduce(
				(sum, x, i) => sum + (Number(curvature[i]) / 2) * (x - 1) ** 2,
				0,
			);
			return { point, value, gradient };
		},
		4,
		{ tolerance: 1e-8, maxIterations: 1000 },
	);
	expect(minimum.isConverged).toBe(true);
	expect(distance([...minimum.point], [1, 1, 1, 1])).toBeLessThan(1e-7);
});

test("classes that a line separates still have an optimum, because of the penalty", () => {
	const { model, fit } = fitLogistic(
		aTable([[0], [1], [2], [3]], [0, 0, 1, 1]),
		{
			l2: 1e-3,
		},
	);
	expect(fit.gradientNorm).toBeLessThanOrEqual(1e-8);
	expect(model.coefficients[0]).toBeGreaterThan(3);
});

test("a constant feature gets no weight and does no harm", () => {
	const { model } = fitLogistic(
		aTable(
			[
				[0.1, 0],
				[0.1, 1],
				[0.1, 2],
				[0.1, 3],
			],
			[0, 1, 0, 1],
		),
		{ l2: 1 },
	);
	expect(model.coefficients[0]).toBe(0);
	expect(model.scales[0]).toBe(1);
});

describe("a decision tree", () => {
	const table = aTable(
		[
			[0, 5],
			[1, 5],
			[2, 5],
			[3, 5],
			[4, 5],
			[5, 5],
		],
		[0, 0, 0, 1, 1, 1],
	);

	test("forks where the classes part, and its leaves say their shares", () => {
		const { model, fit } = fitCart(table, { maxDepth: 8, minRows: 1 });
		expect(model.tree).toEqual({
			feature: 0,
			threshold: 2.5,
			below: { probability: 0, rows: 3 },
			above: { probability: 1, rows: 3 },
		});
		expect(fit).toEqual({ leaves: 2, depth: 1 });
	});

	test("scores a row by the leaf it comes to", () => {
		const { model } = fitCart(table, { maxDepth: 8, minRows: 1 });
		const file = {
			format: "berth-model",
			version: 1,
			id: "id",
			target: "target",
			features: table.features,
			...model,
		} as const;
		expect(score(file, Float64Array.from([2.4, 5]))).toBe(0);
		expect(score(file, Float64Array.from([2.5, 5]))).toBe(1);
	});

	test("has no more rows than it can take in reasonable time", () => {
		const rows = Array.from({ length: 2001 }, (_, i) => [i]);
		const large = aTable(
			rows,
			rows.map(([i]) => Number(i) % 2),
		);
		expect(() => fitCart(large, { maxDepth: 8, minRows: 10 })).toThrow(
			"--model cart takes at most 2000 rows, not 2001: its time grows with the square of the rows. Use --model logistic, or train on fewer rows.",
		);
	});
});

function distance(a: readonly number[], b: readonly number[]): number {
	return Math.max(...a.map((value, i) => Math.abs(value - Number(b[i]))));
}
