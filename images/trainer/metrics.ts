import { brierScore, logLoss } from "./calibration.ts";
import { classificationMetrics, confusionOf } from "./confusion.ts";
import { averagePrecision, rocAuc } from "./ranking.ts";

/** All that validation says about probabilities (0 to 1) for labels (0 or 1) of both classes; a row is called positive from the threshold on. */
export function metricsOf(
	labels: ArrayLike<number>,
	probabilities: ArrayLike<number>,
	threshold: number,
) {
	const confusion = confusionOf(labels, probabilities, threshold);
	return {
		...classificationMetrics(confusion),
		rocAuc: rocAuc(labels, probabilities),
		averagePrecision: averagePrecision(labels, probabilities),
		logLoss: logLoss(labels, probabilities),
		brierScore: brierScore(labels, probabilities),
		confusion,
	};
}
