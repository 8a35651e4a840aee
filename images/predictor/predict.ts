import { basename } from "node:path";
import { readCsv } from "./csv.ts";
import { csvLine } from "./csv-line.ts";
import { type Column, featuresOf, valuesOf } from "./features.ts";
import { LineFile } from "./line-file.ts";
import type { Model } from "./model.ts";
import { Complaint } from "./program.ts";
import { score } from "./score.ts";

/** What was scored. */
export interface Predicted {
	readonly rows: number;
	/** Rows of class 1. */
	readonly positives: number;
	/** Of all rows; null where there are none. */
	readonly meanProbability: number | null;
}

interface Work {
	readonly table: string;
	readonly predictions: string;
	readonly threshold: number;
}

/** Scores a table row by row, in its order, into a file. */
export async function predict(
	model: Model,
	{ table, predictions, threshold }: Work,
): Promise<Predicted> {
	const file = basename(table);
	const records = readCsv(table);
	const { value: header } = await records.next();
	if (!header) throw new Complaint(`${file} is empty.`);
	const columns = columnsOf(model, { header: header.fields, file });
	const out = new LineFile(predictions);
	out.write(csvLine([model.id, "probability", "class"]));
	let [rows, positives, sum] = [0, 0, 0];
	for await (const record of records) {
		const values = valuesOf(record, { columns: columns.features, file });
		const probability = score(model, values);
		const isPositive = probability >= threshold;
		const id = record.fields[columns.id] ?? "";
		out.write(csvLine([id, `${probability}`, isPositive ? "1" : "0"]));
		rows++;
		sum += probability;
		if (isPositive) positives++;
	}
	out.close();
	return { rows, positives, meanProbability: rows === 0 ? null : sum / rows };
}

function columnsOf(
	model: Model,
	{ header, file }: { header: readonly string[]; file: string },
): { id: number; features: Column[] } {
	const twice = header.find((name, at) => header.indexOf(name) !== at);
	if (twice !== undefined)
		throw new Complaint(`${file} has two columns named "${twice}".`);
	const features = featuresOf(model, { header, file });
	const id = header.indexOf(model.id);
	if (id === -1)
		throw new Complaint(`${file} has no column "${model.id}" for the row id.`);
	return { id, features };
}
