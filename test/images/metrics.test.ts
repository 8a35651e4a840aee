import { describe, expect, test } from "vitest";
import { metricsOf } from "../../images/trainer/metrics.ts";
import { rocAuc } from "../../images/trainer/ranking.ts";
import { reference } from "./reference.ts";

const DIGITS = 12;

describe("metrics agree with scikit-learn to 1e-12", () => {
	for (const {
		name,
		labels,
		probabilities,
		threshold,
		...known
	} of reference.metrics)
		test(name, () => {
			const { confusion, ...numbers } = metricsOf(
				labels,
				probabilities,
				threshold,
			);
			expect(confusion).toEqual(known.metrics.confusion);
			for (const [metric, value] of Object.entries(numbers))
				expect(value, metric).toBeCloseTo(
					Number(known.metrics[metric]),
					DIGITS,
				);
			expect(Object.keys(numbers)).toHaveLength(
				Object.keys(known.metrics).length - 1,
			);
		});
});

test("a tie between a positive and a negative counts one half", () => {
	expect(rocAuc([0, 1], [0.5, 0.5])).toBe(0.5);
	expect(rocAuc([0, 1, 1], [0.5, 0.5, 0.9])).toBe(0.75);
	expect(rocAuc([1, 0], [0.1, 0.9])).toBe(0);
	expect(rocAuc([1, 0], [0.9, 0.1])).toBe(1);
});

test("ROC AUC is the share of pairs in the right order, counted one by one", () => {
	const labels = Array.from({ length: 120 }, (_, i) =>
		(i * 7) % 3 === 0 ? 1 : 0,
	);
	const scores = labels.map((label, i) => ((i * 31) % 17) / 17 + 0.2 * label);
	const pairs = labels.flatMap((positive, i) =>
		labels
			.map((negative, j) => ({ counts: positive > negative, j }))
			.filter(({ counts }) => counts)
			.map(
				({ j }) => Math.sign(Number(scores[i]) - Number(scores[j])) / 2 + 0.5,
			),
	);
	const mean = pairs.reduce((sum, pair) => sum + pair, 0) / pairs.length;
	expect(rocAuc(labels, scores)).toBeCloseTo(mean, DIGITS);
});
