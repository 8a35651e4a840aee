import { parseArgs } from "node:util";
import type { Labels } from "./labels.ts";
import { Complaint } from "./program.ts";
import { task } from "./task.ts";

/** What one run of prepare reads and writes. */
export interface PrepareOptions {
	/** A folder with data.csv and target.csv, a folder with one file, or a file. */
	readonly in: string;
	/** The folder for table.csv. */
	readonly out: string;
	/** The name of the row-id column; by default "id", which a single table may lack. */
	readonly id: { readonly name: string; readonly isGiven: boolean };
	readonly target: string;
	readonly labels: Labels;
	readonly drop: readonly string[];
	readonly hasHeader: boolean;
	/** Names for the columns of a file without a header. */
	readonly columns: readonly string[] | undefined;
	readonly delimiter: string;
}

export const PREPARE_HELP = `prepare: one clean table of numbers from raw data.

Reads data.csv (row id, features) and target.csv (row id, target), joined by the id; or one table that has the target in
a column. Drops repeated rows and bad ones (an empty or non-numeric feature, no id, no label, too few fields), and counts
them. Writes table.csv: id, features, target (1 or 0).

  --in PATH           a folder with data.csv and target.csv, a folder with one file, or a file    $BERTH_IN/raw
  --out FOLDER        where table.csv goes                                                        $BERTH_OUT/table
  --id NAME           the column of row ids; without one, rows of a single table are numbered     id
  --target NAME       the column of the target                                                    target
  --positive LABEL    the label that counts as positive                                           1
  --negative A,B      the labels that count as negative; others make a row bad                    0; with --positive: all others
  --drop A,B          columns to leave out
  --no-header         the first line is data; columns are called c0, c1, …
  --columns A,B       the first line is data; columns are called A, B, …
  --delimiter C       what stands between two fields                                              ,
`;

/** The words after "prepare" as options. */
export function readPrepareOptions(words: string[]): PrepareOptions {
	const { values } = parseArgs({
		args: words,
		options: {
			in: { type: "string" },
			out: { type: "string" },
			id: { type: "string" },
			target: { type: "string", default: "target" },
			positive: { type: "string" },
			negative: { type: "string", multiple: true },
			drop: { type: "string", multiple: true },
			"no-header": { type: "boolean", default: false },
			columns: { type: "string" },
			delimiter: { type: "string", default: "," },
		},
	});
	if (values.delimiter === "")
		throw new Complaint("--delimiter must not be empty.", 2);
	return {
		in: values.in ?? task.input("raw"),
		out: values.out ?? task.output("table"),
		id: { name: values.id ?? "id", isGiven: values.id !== undefined },
		target: values.target,
		labels: readLabels(values.positive, values.negative),
		drop: listOf(values.drop ?? []),
		hasHeader: !values["no-header"] && values.columns === undefined,
		columns:
			values.columns === undefined ? undefined : listOf([values.columns]),
		delimiter: values.delimiter === "\\t" ? "\t" : values.delimiter,
	};
}

function readLabels(
	positive: string | undefined,
	negative: string[] | undefined,
): Labels {
	const others = negative === undefined ? undefined : listOf(negative);
	if (positive === undefined)
		return { positive: "1", negative: others ?? ["0"] };
	return { positive, negative: others };
}

function listOf(texts: readonly string[]): string[] {
	return texts
		.flatMap((text) => text.split(","))
		.map((text) => text.trim())
		.filter((text) => text !== "");
}
