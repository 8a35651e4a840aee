import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { pipeline } from "node:stream";
import { CsvError, parse } from "csv-parse";
import { Complaint } from "./program.ts";

/** One record of a CSV file: its fields, trimmed, and the line on which it ends. */
export interface CsvRecord {
	readonly line: number;
	readonly fields: readonly string[];
}

/** The records of a CSV file, one by one, the header among them; they may differ in length. */
export async function* readCsv(
	path: string,
	delimiter = ",",
): AsyncGenerator<CsvRecord> {
	const parser = parse({
		delimiter,
		bom: true,
		trim: true,
		info: true,
		relax_column_count: true,
		skip_empty_lines: true,
	});
	// Whoever reads the parser gets the error; without this listener the process would end on it.
	pipeline(createReadStream(path), parser, () => {});
	try {
		for await (const { record, info } of parser as AsyncIterable<Parsed>)
			yield { line: info.lines, fields: record };
	} catch (error) {
		if (!(error instanceof CsvError)) throw error;
		throw new Complaint(
			`${basename(path)} cannot be read as CSV: ${error.message}.`,
		);
	}
}

interface Parsed {
	readonly record: string[];
	readonly info: { readonly lines: number };
}

/** A decimal number as programs write it, or undefined for anything else, infinity and the empty text included. */
export function toNumber(text: string): number | undefined {
	if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return undefined;
	const value = Number(text);
	return Number.isFinite(value) ? value : undefined;
}
