import type { Logistic, Model, Tree } from "./model.ts";

/** The probability, 0 to 1, that a row is positive; its values in the order of the model's features. */
export function score(model: Model, values: Float64Array): number {
	switch (model.kind) {
		case "logistic":
			return sigmoid(logOdds(model, values));
		case "cart":
			return leafOf(model.tree, values);
	}
}

function logOdds(model: Logistic, values: Float64Array): number {
	const { intercept, coefficients, means, scales } = model;
	return coefficients.reduce(
		(sum, coefficient, i) =>
			sum +
			(coefficient * (Number(values[i]) - Number(means[i]))) /
				Number(scales[i]),
		intercept,
	);
}

/** 1 / (1 + e⁻ᶻ), without overflow on either side. */
function sigmoid(z: number): number {
	const e = Math.exp(-Math.abs(z));
	return z >= 0 ? 1 / (1 + e) : e / (1 + e);
}

function leafOf(tree: Tree, values: Float64Array): number {
	let at = tree;
	while ("feature" in at)
		at = Number(values[at.feature]) < at.threshold ? at.below : at.above;
	return at.probability;
}
