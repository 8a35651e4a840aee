import { basename } from "node:path";
import { type CsvRecord, readCsv } from "./csv.ts";
import { type Column, valuesOf } from "./features.ts";
import { Complaint } from "./program.ts";

/** One labelled row. */
export interface LabelledRow {
	readonly values: Float64Array;
	readonly label: 0 | 1;
}

/** The header of a table, and its labelled rows one by one once it is known which columns are features. */
export async function openTable(path: string): Promise<{
	header: readonly string[];
	rows: (
		columns: readonly Column[],
		target: string,
	) => AsyncGenerator<LabelledRow>;
}> {
	const file = basename(path);
	const records = readCsv(path);
	const header = fieldsOf(await records.next());
	const twice = header.find((name, at) => header.indexOf(name) !== at);
	if (twice !== undefined)
		throw new Complaint(`${file} has two columns named "${twice}".`);
	async function* rows(columns: readonly Column[], target: string) {
		const at = header.indexOf(target);
		if (at === -1)
			throw new Complaint(
				`${file} has no column "${target}" for the target; name it with --target.`,
			);
		for await (const record of records) {
			const values = valuesOf(record, { columns, file });
			yield { values, label: labelOf(record, { at, file }) };
		}
	}
	return { header, rows };
}

function fieldsOf({
	value,
}: IteratorResult<CsvRecord, unknown>): readonly string[] {
	return (value as CsvRecord | undefined)?.fields ?? [];
}

function labelOf(
	{ fields, line }: CsvRecord,
	{ at, file }: { at: number; file: string },
): 0 | 1 {
	const text = fields[at];
	if (text === "0") return 0;
	if (text === "1") return 1;
	throw new Complaint(
		`${file}, line ${line}: the target is "${text ?? ""}", not 0 or 1. Clean it with the preprocessor's prepare first.`,
	);
}
