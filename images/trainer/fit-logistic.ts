import { minimise } from "./lbfgs.ts";
import { logisticLoss } from "./logistic-loss.ts";
import type { Logistic } from "./model.ts";
import { Complaint } from "./program.ts";
import { standardise } from "./standardise.ts";
import type { TrainingTable } from "./training-table.ts";

/** The loss is strictly convex in the coefficients with curvature ≥ l2, so they are exact to about this, divided by l2. */
const GRADIENT_NORM = 1e-8;
const MAX_ITERATIONS = 10_000;

/** A fitted model and how the fitting went. */
export interface Fitted<Kind> {
	readonly model: Kind;
	readonly fit: { readonly [name: string]: number };
}

/** Logistic regression with an L2 penalty on standardised features, to its exact optimum. Standardises the table in place. */
export function fitLogistic(
	table: TrainingTable,
	{ l2 }: { l2: number },
): Fitted<Logistic> {
	const width = table.features.length;
	const { means, scales } = standardise(table.x, width);
	const minimum = minimise(logisticLoss(table, l2), width + 1, {
		tolerance: GRADIENT_NORM,
		maxIterations: MAX_ITERATIONS,
	});
	const { point, value, gradientNorm, iterations, isConverged } = minimum;
	if (!isConverged)
		throw new Complaint(
			`The logistic model did not converge: after ${iterations} iterations the gradient is still ${gradientNorm} long. Raise --l2 (now ${l2}).`,
		);
	return {
		model: {
			kind: "logistic",
			intercept: Number(point[width]),
			coefficients: [...point.subarray(0, width)],
			means: [...means],
			scales: [...scales],
		},
		fit: { loss: value, gradientNorm, iterations },
	};
}
