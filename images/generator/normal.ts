import type { Random } from "./random.ts";

/** Draws from the standard normal distribution (G. Box and M. Muller, 1958, doi:10.1214/aoms/1177706645). */
export function normalFrom(random: Random): () => number {
	let kept: number | undefined;
	return () => {
		if (kept !== undefined) {
			const value = kept;
			kept = undefined;
			return value;
		}
		const radius = Math.sqrt(-2 * Math.log(1 - random.uniform()));
		const angle = 2 * Math.PI * random.uniform();
		kept = radius * Math.sin(angle);
		return radius * Math.cos(angle);
	};
}

/** P(Z ≤ z) of a standard normal Z, by the series of G. Marsaglia, "Evaluating the Normal Distribution" (2004); exact to rounding for |z| < 6. */
export function normalCdf(z: number): number {
	let term = z;
	let sum = z;
	for (let k = 3; Math.abs(term) > Math.abs(sum) * 1e-17; k += 2) {
		term *= (z * z) / k;
		sum += term;
	}
	return 0.5 + sum * (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI));
}
