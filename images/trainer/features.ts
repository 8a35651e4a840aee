import { type CsvRecord, toNumber } from "./csv.ts";
import type { Model } from "./model.ts";
import { Complaint } from "./program.ts";

/** A column of a file: its name and its position in a record. */
export interface Column {
	readonly name: string;
	readonly at: number;
}

/** The columns of a file in the order of a model's features; refused when there are others, or too few. The target may be there or not. */
export function featuresOf(
	{ features, id, target }: Model,
	{ header, file }: { header: readonly string[]; file: string },
): Column[] {
	const missing = features.filter((name) => !header.includes(name));
	const others = header.filter(
		(name) => name !== id && name !== target && !features.includes(name),
	);
	if (missing.length === 0 && others.length === 0)
		return features.map((name) => ({ name, at: header.indexOf(name) }));
	const differences = [
		missing.length > 0 ? `it lacks ${missing.join(", ")}` : "",
		others.length > 0 ? `the model does not know ${others.join(", ")}` : "",
	].filter((words) => words !== "");
	throw new Complaint(
		`The features of ${file} are not the model's: ${differences.join("; ")}.`,
	);
}

/** The values of a record's features; refused when one is no number. */
export function valuesOf(
	{ fields, line }: CsvRecord,
	{ columns, file }: { columns: readonly Column[]; file: string },
): Float64Array {
	return Float64Array.from(columns, ({ name, at }) => {
		const text = fields[at] ?? "";
		const value = toNumber(text);
		if (value !== undefined) return value;
		throw new Complaint(
			`${file}, line ${line}: ${name} is ${text === "" ? "empty" : `"${text}", not a number`}. Clean it with the preprocessor's prepare first.`,
		);
	});
}
