import { basename } from "node:path";
import { type Columns, findColumns, namesWithoutHeader } from "./columns.ts";
import { type CsvRecord, readCsv } from "./csv.ts";
import { filesIn, findFile } from "./find-file.ts";
import type { PrepareOptions } from "./prepare-options.ts";
import { Complaint } from "./program.ts";
import type { TargetOf } from "./row.ts";
import { targetInColumn, targetsInFile } from "./targets.ts";

/** Rows to judge and where their targets come from. */
export interface Source {
	/** The name of the file with the features, for messages. */
	readonly file: string;
	readonly columns: Columns;
	readonly targetOf: TargetOf;
	readonly records: AsyncIterable<CsvRecord>;
}

/** Opens what the input means: features and targets in two files, or one table. */
export async function openSource(options: PrepareOptions): Promise<Source> {
	const target = filesIn(options.in).find(
		(path) => basename(path) === "target.csv",
	);
	const path = findFile(options.in, "data.csv");
	return target === undefined || target === path
		? openTable(path, options)
		: openPair(path, target, options);
}

async function openPair(
	path: string,
	targetPath: string,
	options: PrepareOptions,
): Promise<Source> {
	const { id, target, delimiter, labels } = options;
	const { names, records } = await openCsv(path, {
		...options,
		hasHeader: true,
	});
	const file = basename(path);
	const columns = findColumns(names, {
		file,
		id: { name: id.name, isRequired: true },
		target: undefined,
		drop: options.drop,
	});
	const targetOf = await targetsInFile(targetPath, {
		id: id.name,
		target,
		delimiter,
		labels,
	});
	return { file, columns, targetOf, records };
}

async function openTable(
	path: string,
	options: PrepareOptions,
): Promise<Source> {
	const { names, records } = await openCsv(path, options);
	const file = basename(path);
	const columns = findColumns(names, {
		file,
		id: { name: options.id.name, isRequired: options.id.isGiven },
		target: options.target,
		drop: options.drop,
	});
	const targetOf = targetInColumn(columns.target ?? -1, options.labels);
	return { file, columns, targetOf, records };
}

/** Reads as far as the first line, which names the columns or is the first row. */
async function openCsv(
	path: string,
	{ hasHeader, columns, delimiter }: PrepareOptions,
): Promise<{ names: readonly string[]; records: AsyncIterable<CsvRecord> }> {
	const records = readCsv(path, delimiter);
	const { value: first } = await records.next();
	if (!first) throw new Complaint(`${basename(path)} is empty.`);
	if (hasHeader) return { names: first.fields, records };
	const names = namesWithoutHeader(first.fields.length, {
		given: columns,
		file: basename(path),
	});
	return { names, records: startingWith(first, records) };
}

async function* startingWith(
	first: CsvRecord,
	rest: AsyncIterable<CsvRecord>,
): AsyncGenerator<CsvRecord> {
	yield first;
	yield* rest;
}
