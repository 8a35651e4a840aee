import type { Objective } from "./line-search.ts";
import type { TrainingTable } from "./training-table.ts";

/**
 * Σᵢ log(1 + e^(−sᵢ mᵢ)) + l2/2 · Σⱼ wⱼ², with sᵢ = ±1 and mᵢ = b + w·xᵢ, as a function of (w₁ … w_d, b).
 * The intercept b is not penalised; l2 is 1/C of scikit-learn's LogisticRegression
 * (T. Hastie, R. Tibshirani, J. Friedman, The Elements of Statistical Learning, 2nd ed., equation 4.31, with the square of w).
 */
export function logisticLoss(table: TrainingTable, l2: number): Objective {
	const { x, y, rows } = table;
	const width = table.features.length;
	return (point) => {
		const gradient = point.map((value) => l2 * value);
		gradient[width] = 0;
		let value = 0;
		for (let i = 0; i < width; i++) value += (l2 / 2) * Number(point[i]) ** 2;
		for (let row = 0; row < rows; row++) {
			const at = row * width;
			const margin = marginOf(x, at, point);
			const label = Number(y[row]);
			const e = Math.exp(-Math.abs(margin));
			value += Math.max(0, label === 1 ? -margin : margin) + Math.log1p(e);
			const error = (margin >= 0 ? 1 : e) / (1 + e) - label;
			for (let i = 0; i < width; i++)
				gradient[i] = Number(gradient[i]) + error * Number(x[at + i]);
			gradient[width] = Number(gradient[width]) + error;
		}
		return { point, value, gradient };
	};
}

function marginOf(x: Float64Array, at: number, point: Float64Array): number {
	const width = point.length - 1;
	let margin = Number(point[width]);
	for (let i = 0; i < width; i++)
		margin += Number(x[at + i]) * Number(point[i]);
	return margin;
}
