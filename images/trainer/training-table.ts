import { basename } from "node:path";
import { Complaint } from "./program.ts";
import { openTable } from "./rows.ts";

/** A table to learn from, in memory. */
export interface TrainingTable {
	readonly features: readonly string[];
	readonly rows: number;
	readonly positives: number;
	/** rows × features, row after row. */
	readonly x: Float64Array<ArrayBuffer>;
	/** One label for each row: 0 or 1. */
	readonly y: Uint8Array<ArrayBuffer>;
}

/** Reads a table; every column but the row id and the target is a feature. */
export async function readTrainingTable(
	path: string,
	{ id, target }: { id: string; target: string },
): Promise<TrainingTable> {
	const { header, rows } = await openTable(path);
	const columns = header
		.map((name, at) => ({ name, at }))
		.filter(({ name }) => name !== id && name !== target);
	const x = new Growing(columns.length);
	const labels: number[] = [];
	for await (const { values, label } of rows(columns, target)) {
		x.push(values);
		labels.push(label);
	}
	const table = {
		features: columns.map(({ name }) => name),
		rows: labels.length,
		positives: labels.reduce((sum, label) => sum + label, 0),
		x: x.toArray(),
		y: Uint8Array.from(labels),
	};
	refuseUnlearnable(table, basename(path));
	return table;
}

function refuseUnlearnable(table: TrainingTable, file: string): void {
	const { features, rows, positives } = table;
	if (rows === 0) throw new Complaint(`${file} has no rows.`);
	if (features.length === 0) throw new Complaint(`${file} has no features.`);
	if (positives === 0 || positives === rows)
		throw new Complaint(
			`Every target in ${file} is ${positives === 0 ? 0 : 1}; a classifier needs rows of both classes.`,
		);
}

/** Rows of one width in one array that doubles when it is full. */
class Growing {
	readonly #width: number;
	#numbers: Float64Array<ArrayBuffer>;
	#length = 0;

	constructor(width: number) {
		this.#width = width;
		this.#numbers = new Float64Array(1024 * width);
	}

	push(values: Float64Array): void {
		if (this.#length + this.#width > this.#numbers.length)
			this.#numbers = new Float64Array(
				this.#numbers.buffer.transfer(this.#numbers.byteLength * 2),
			);
		this.#numbers.set(values, this.#length);
		this.#length += this.#width;
	}

	toArray(): Float64Array<ArrayBuffer> {
		return this.#numbers.subarray(0, this.#length);
	}
}
