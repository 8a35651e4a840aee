/** How many rows of each class were called which; positive is 1. */
export interface Confusion {
	readonly truePositives: number;
	readonly falsePositives: number;
	readonly trueNegatives: number;
	readonly falseNegatives: number;
}

/** Counts rows by their label and by whether their probability reaches the threshold. */
export function confusionOf(
	labels: ArrayLike<number>,
	probabilities: ArrayLike<number>,
	threshold: number,
): Confusion {
	const counts = [0, 0, 0, 0];
	for (let row = 0; row < labels.length; row++) {
		const called = Number(probabilities[row]) >= threshold ? 1 : 0;
		const cell = 2 * Number(labels[row]) + called;
		counts[cell] = (counts[cell] ?? 0) + 1;
	}
	const [trueNegatives, falsePositives, falseNegatives, truePositives] =
		counts as [number, number, number, number];
	return { truePositives, falsePositives, trueNegatives, falseNegatives };
}

/** Accuracy, precision, recall and F1, all 0 to 1; a share of nothing is 0, as in scikit-learn (C. van Rijsbergen, Information Retrieval, 1979, chapter 7). */
export function classificationMetrics({
	truePositives,
	falsePositives,
	trueNegatives,
	falseNegatives,
}: Confusion) {
	const wrong = falsePositives + falseNegatives;
	const right = truePositives + trueNegatives;
	return {
		accuracy: share(right, right + wrong),
		precision: share(truePositives, truePositives + falsePositives),
		recall: share(truePositives, truePositives + falseNegatives),
		f1: share(2 * truePositives, 2 * truePositives + wrong),
	};
}

function share(part: number, whole: number): number {
	return whole === 0 ? 0 : part / whole;
}
