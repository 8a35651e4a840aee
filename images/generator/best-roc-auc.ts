import { normalCdf } from "./normal.ts";

interface Labels {
	/** The distance between the means of the two classes, in standard deviations. */
	readonly distance: number;
	/** The share of rows whose true class is positive, before any label is flipped. */
	readonly prior: number;
	/** The share of labels that are flipped, whatever the row. */
	readonly flipped: number;
}

/**
 * The largest ROC AUC that any score of the features can have, between 0 and 1.
 *
 * True classes: two normal distributions with one covariance, so the likelihood ratio grows with the discriminant, which no score beats
 * (Neyman-Pearson), and AUC = Φ(distance / √2) (J. Su and J. Liu, 1993, doi:10.1080/01621459.1993.10476417). Flipping keeps that order:
 * P(label | row) grows with P(class | row). With a = P(positive | labelled so) and b = P(negative | labelled so), a pair of labels is
 * right, swapped or from one class: AUC' = ½ + (a + b − 1)(AUC − ½) (A. Menon et al., ICML 2015, corollary 3).
 */
export function bestRocAuc({ distance, prior, flipped }: Labels): number {
	const clean = normalCdf(distance / Math.SQRT2);
	const kept = 1 - flipped;
	const a = (prior * kept) / (prior * kept + (1 - prior) * flipped);
	const b = ((1 - prior) * kept) / ((1 - prior) * kept + prior * flipped);
	return 0.5 + (a + b - 1) * (clean - 0.5);
}
