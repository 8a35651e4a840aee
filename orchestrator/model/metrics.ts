import type { Json, Named } from "./words.ts";

/** Which way a metric is better. */
export type Direction = "higher" | "lower";

/** The numbers of a result: those are its metrics. */
export const metricsOf = (
	result: { readonly [key: string]: Json } | null,
): Named<number> =>
	Object.fromEntries(
		Object.entries(result ?? {}).flatMap(([key, value]) =>
			typeof value === "number" ? [[key, value]] : [],
		),
	);

/** As its name says in the field's usual words; null when that says nothing. */
export function directionOf(name: string): Direction | null {
	const words = name
		.replace(/([a-z0-9])([A-Z])/g, "$1 $2")
		.toLowerCase()
		.split(/[^a-z0-9]+/);
	if (words.some((word) => LOWER.has(word))) return "lower";
	return words.some((word) => HIGHER.has(word)) ? "higher" : null;
}

const LOWER = new Set(
	"loss error err mse rmse mae mape rmsle brier perplexity deviance hinge wer cer fid".split(
		" ",
	),
);
const HIGHER = new Set(
	"accuracy acc auc auroc auprc precision recall sensitivity specificity f1 f2 fbeta r2 score ap map ndcg mrr iou dice kappa mcc bleu rouge silhouette".split(
		" ",
	),
);
