/** How many rows of each class share one score. */
interface Tie {
	positives: number;
	negatives: number;
}

/** P(a positive scores higher than a negative) + ½ P(they tie), 0 to 1: the Mann-Whitney form of ROC AUC (T. Fawcett, 2006, doi:10.1016/j.patrec.2005.10.010). Needs both classes. */
export function rocAuc(
	labels: ArrayLike<number>,
	scores: ArrayLike<number>,
): number {
	let positivesAbove = 0;
	let negatives = 0;
	let halfPairs = 0;
	for (const tie of tiesFromTop(labels, scores)) {
		halfPairs += tie.negatives * (2 * positivesAbove + tie.positives);
		positivesAbove += tie.positives;
		negatives += tie.negatives;
	}
	return halfPairs / 2 / (positivesAbove * negatives);
}

/** Σ (recallₖ − recallₖ₋₁) · precisionₖ over the distinct scores from the top, 0 to 1, without interpolation (as scikit-learn). Needs a positive. */
export function averagePrecision(
	labels: ArrayLike<number>,
	scores: ArrayLike<number>,
): number {
	let positives = 0;
	let called = 0;
	let sum = 0;
	for (const tie of tiesFromTop(labels, scores)) {
		positives += tie.positives;
		called += tie.positives + tie.negatives;
		sum += tie.positives * (positives / called);
	}
	return sum / positives;
}

function tiesFromTop(
	labels: ArrayLike<number>,
	scores: ArrayLike<number>,
): Tie[] {
	const order = Uint32Array.from({ length: labels.length }, (_, row) => row);
	order.sort((a, b) => Number(scores[b]) - Number(scores[a]));
	const ties: Tie[] = [];
	let before = Number.NaN;
	for (const row of order) {
		const score = Number(scores[row]);
		if (score !== before) ties.push({ positives: 0, negatives: 0 });
		before = score;
		const tie = ties.at(-1) as Tie;
		if (labels[row] === 1) tie.positives++;
		else tie.negatives++;
	}
	return ties;
}
