import type { CartNode } from "ml-cart";
import { DecisionTreeClassifier } from "ml-cart";
import type { Fitted } from "./fit-logistic.ts";
import type { Cart, Tree } from "./model.ts";
import { Complaint } from "./program.ts";
import type { TrainingTable } from "./training-table.ts";

const MAX_ROWS = 2000;

/** A decision tree by CART with Gini impurity (L. Breiman et al., Classification and Regression Trees, 1984). */
export function fitCart(
	table: TrainingTable,
	{ maxDepth, minRows }: { maxDepth: number; minRows: number },
): Fitted<Cart> {
	if (table.rows > MAX_ROWS)
		throw new Complaint(
			`--model cart takes at most ${MAX_ROWS} rows, not ${table.rows}: its time grows with the square of the rows. Use --model logistic, or train on fewer rows.`,
		);
	const all = [...Array(table.rows).keys()];
	const classifier = new DecisionTreeClassifier({
		maxDepth,
		minNumSamples: minRows,
	});
	classifier.train(
		all.map((row) => rowOf(table, row)),
		[...table.y],
	);
	const tree = treeOf(classifier.root, { table, rows: all });
	return { model: { kind: "cart", tree }, fit: sizeOf(tree) };
}

function rowOf({ x, features }: TrainingTable, row: number): number[] {
	return [...x.subarray(row * features.length, (row + 1) * features.length)];
}

/** Our own tree from ml-cart's: its leaves hold rounded shares and no counts, so the rows are led down once more. */
function treeOf(
	{ left, right, splitColumn, splitValue }: CartNode,
	{ table, rows }: { table: TrainingTable; rows: readonly number[] },
): Tree {
	if (left === undefined || right === undefined) {
		const positives = rows.filter((row) => table.y[row] === 1).length;
		return { probability: positives / rows.length, rows: rows.length };
	}
	const isBelow = (row: number) =>
		Number(table.x[row * table.features.length + splitColumn]) < splitValue;
	const below = rows.filter(isBelow);
	const above = rows.filter((row) => !isBelow(row));
	return {
		feature: splitColumn,
		threshold: splitValue,
		below: treeOf(left, { table, rows: below }),
		above: treeOf(right, { table, rows: above }),
	};
}

function sizeOf(tree: Tree): { leaves: number; depth: number } {
	if ("probability" in tree) return { leaves: 1, depth: 0 };
	const [below, above] = [sizeOf(tree.below), sizeOf(tree.above)];
	return {
		leaves: below.leaves + above.leaves,
		depth: 1 + Math.max(below.depth, above.depth),
	};
}
