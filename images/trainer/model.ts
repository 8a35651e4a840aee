import { Complaint } from "./program.ts";

/** What model.json holds, version 1: all that is needed to score a row, and nothing else. */
export type Model = (Logistic | Cart) & {
	readonly format: "berth-model";
	readonly version: 1;
	/** The columns of the table it was trained on that are not features. */
	readonly id: string;
	readonly target: string;
	/** In the order that everything below counts them. */
	readonly features: readonly string[];
};

/** log odds = intercept + Σ coefficientᵢ (xᵢ − meanᵢ) / scaleᵢ */
export interface Logistic {
	readonly kind: "logistic";
	readonly intercept: number;
	readonly coefficients: readonly number[];
	readonly means: readonly number[];
	readonly scales: readonly number[];
}

/** A decision tree. */
export interface Cart {
	readonly kind: "cart";
	readonly tree: Tree;
}

/** A leaf with its share of positives among the training rows that came to it; or a fork at a feature, by position. */
export type Tree =
	| { readonly probability: number; readonly rows: number }
	| {
			readonly feature: number;
			readonly threshold: number;
			/** Where the feature's value is less than the threshold. */
			readonly below: Tree;
			readonly above: Tree;
	  };

/** Reads model.json, or says what it is instead. */
export function parseModel(text: string, path: string): Model {
	const model = parseJson(text, path) as Partial<Model> | null;
	if (model?.format !== "berth-model")
		throw new Complaint(`${path} is no model that the trainer wrote.`);
	if (model.version !== 1)
		throw new Complaint(
			`${path} is a model of version ${model.version}; this image knows version 1. Use the image that trained it.`,
		);
	if (!isComplete(model)) throw new Complaint(`${path} is damaged.`);
	return model;
}

function parseJson(text: string, path: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw new Complaint(`${path} is not JSON.`);
	}
}

function isComplete(model: Partial<Model>): model is Model {
	const { features } = model;
	if (!Array.isArray(features)) return false;
	if (model.kind === "cart") return isTree(model.tree, features.length);
	const { coefficients, means, scales } = model as Partial<Logistic>;
	return (
		model.kind === "logistic" &&
		typeof model.intercept === "number" &&
		[coefficients, means, scales].every(
			(numbers) => numbers?.length === features.length,
		)
	);
}

function isTree(tree: Tree | undefined, features: number): boolean {
	if (tree === undefined) return false;
	if ("probability" in tree) return typeof tree.probability === "number";
	return (
		tree.feature < features &&
		typeof tree.threshold === "number" &&
		isTree(tree.below, features) &&
		isTree(tree.above, features)
	);
}
