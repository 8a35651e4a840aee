/** Each feature's mean and its standard deviation over all rows (not n − 1); 1 where a feature is constant. */
export interface Scaling {
	readonly means: Float64Array;
	readonly scales: Float64Array;
}

/** Brings every feature of rows × width to mean 0 and standard deviation 1, in place. */
export function standardise(x: Float64Array, width: number): Scaling {
	const rows = x.length / width;
	const means = new Float64Array(width);
	const scales = new Float64Array(width);
	for (let feature = 0; feature < width; feature++) {
		const mean = sumOf(x, { feature, width }, (value) => value) / rows;
		const variance =
			sumOf(x, { feature, width }, (value) => (value - mean) ** 2) / rows;
		const deviation = Math.sqrt(variance);
		means[feature] = mean;
		scales[feature] = isConstant(deviation, mean) ? 1 : deviation;
		for (let i = feature; i < x.length; i += width)
			x[i] = (Number(x[i]) - mean) / Number(scales[feature]);
	}
	return { means, scales };
}

function sumOf(
	x: Float64Array,
	{ feature, width }: { feature: number; width: number },
	of: (value: number) => number,
): number {
	let sum = 0;
	for (let i = feature; i < x.length; i += width) sum += of(Number(x[i]));
	return sum;
}

/** What is left of a constant after its own mean was taken off is rounding, not spread. */
function isConstant(deviation: number, mean: number): boolean {
	return deviation <= 1e-13 * Math.abs(mean);
}
