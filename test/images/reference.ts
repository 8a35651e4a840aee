import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TrainingTable } from "../../images/trainer/training-table.ts";

/** What scikit-learn says; make-reference.py wrote it. */
export const reference = JSON.parse(
	readFileSync(join(import.meta.dirname, "reference.json"), "utf8"),
) as {
	readonly collinear: { readonly x: number[][]; readonly y: number[] };
	readonly optima: readonly Optimum[];
	readonly metrics: readonly {
		readonly name: string;
		readonly labels: number[];
		readonly probabilities: number[];
		readonly threshold: number;
		readonly metrics: Record<string, number> & {
			confusion: Record<string, number>;
		};
	}[];
};

interface Optimum {
	readonly name: string;
	readonly l2: number;
	readonly coefficients: number[];
	readonly intercept: number;
	readonly means: number[];
	readonly scales: number[];
}

/** The Wisconsin breast-cancer table, as it is. */
export const breastCancerFile = join(
	import.meta.dirname,
	"../fixtures/wdbc.data",
);

/** The data that an optimum was computed from. */
export function tableOf(name: string): TrainingTable {
	if (name === "collinear")
		return aTable(reference.collinear.x, reference.collinear.y);
	const lines = readFileSync(breastCancerFile, "utf8").trimEnd().split("\n");
	const rows = lines.map((line) => line.split(","));
	return aTable(
		rows.map((row) => row.slice(2).map(Number)),
		rows.map((row) => (row[1] === "M" ? 1 : 0)),
	);
}

/** Rows of numbers and their labels as a table in memory. */
export function aTable(x: number[][], y: number[]): TrainingTable {
	return {
		features: (x[0] ?? []).map((_, i) => `x${i}`),
		rows: x.length,
		positives: y.filter((label) => label === 1).length,
		x: Float64Array.from(x.flat()),
		y: Uint8Array.from(y),
	};
}
