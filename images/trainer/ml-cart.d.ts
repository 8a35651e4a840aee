/** The part of ml-cart that we use; the package has no types. */
declare module "ml-cart" {
	/** A node; a leaf has neither left nor right. Left: values less than the split value. */
	export interface CartNode {
		readonly splitColumn: number;
		readonly splitValue: number;
		readonly left?: CartNode;
		readonly right?: CartNode;
	}

	export class DecisionTreeClassifier {
		constructor(options: {
			readonly maxDepth: number;
			readonly minNumSamples: number;
		});
		readonly root: CartNode;
		train(rows: readonly ArrayLike<number>[], labels: readonly number[]): void;
	}
}
