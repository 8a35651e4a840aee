/** Mean of −log P(label), in nats; a probability of 0 or 1 counts as machine epsilon off it, as in scikit-learn. */
export function logLoss(
	labels: ArrayLike<number>,
	probabilities: ArrayLike<number>,
): number {
	return meanOf(labels, (label, row) => {
		const p = clip(Number(probabilities[row]));
		return -Math.log(label === 1 ? p : 1 - p);
	});
}

/** Mean of (P − label)², 0 to 1 (G. Brier, 1950, doi:10.1175/1520-0493(1950)078). */
export function brierScore(
	labels: ArrayLike<number>,
	probabilities: ArrayLike<number>,
): number {
	return meanOf(
		labels,
		(label, row) => (Number(probabilities[row]) - label) ** 2,
	);
}

function clip(p: number): number {
	return Math.min(Math.max(p, Number.EPSILON), 1 - Number.EPSILON);
}

function meanOf(
	labels: ArrayLike<number>,
	of: (label: number, row: number) => number,
): number {
	let sum = 0;
	for (let row = 0; row < labels.length; row++)
		sum += of(Number(labels[row]), row);
	return sum / labels.length;
}
