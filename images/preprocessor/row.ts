import type { Columns } from "./columns.ts";
import { type CsvRecord, toNumber } from "./csv.ts";

/** What a record turned out to be: a usable row, or the reason why it is not. */
export type Row =
	| GoodRow
	| { readonly kind: "without-target" }
	| { readonly kind: "bad"; readonly reason: string };

/** A row as it goes into the table, its numbers as they were written. */
export interface GoodRow {
	readonly kind: "good";
	readonly id: string;
	readonly features: readonly string[];
	readonly target: "0" | "1";
}

/** Where a record's target comes from: its class, "none" where it has no target, or the text that is no label. */
export type TargetOf = (
	fields: readonly string[],
	id: string,
) => "0" | "1" | "none" | { readonly wrong: string };

/** Judges one record; its number, from 1, is its id where the table has no ids. */
export function readRow(
	{ fields }: CsvRecord,
	{
		columns,
		number,
		targetOf,
	}: { columns: Columns; number: number; targetOf: TargetOf },
): Row {
	if (fields.length !== columns.count)
		return bad(`it has ${fields.length} fields, not ${columns.count}`);
	const id =
		columns.id === undefined ? `${number}` : (fields[columns.id] ?? "");
	if (id === "") return bad("its id is empty");
	const features: string[] = [];
	for (const { name, at } of columns.features) {
		const text = fields[at] ?? "";
		if (text === "") return bad(`${name} is empty`);
		if (toNumber(text) === undefined)
			return bad(`${name} is "${text}", not a number`);
		features.push(text);
	}
	const target = targetOf(fields, id);
	if (target === "none") return { kind: "without-target" };
	if (typeof target === "object") return bad(target.wrong);
	return { kind: "good", id, features, target };
}

function bad(reason: string): Row {
	return { kind: "bad", reason };
}
