import { Complaint } from "./program.ts";

/** Where things are in a record; positions count from 0. */
export interface Columns {
	/** How many fields a record has. */
	readonly count: number;
	/** Undefined: the table has no row ids, so rows are named by their number. */
	readonly id: number | undefined;
	/** Undefined: the target is in another file. */
	readonly target: number | undefined;
	readonly features: readonly { readonly name: string; readonly at: number }[];
}

/** What the options say about a table's columns. */
export interface Wanted {
	/** The file, for messages. */
	readonly file: string;
	/** A required row id must be there; another is used when it is. */
	readonly id: { readonly name: string; readonly isRequired: boolean };
	readonly target: string | undefined;
	readonly drop: readonly string[];
}

/** Finds the columns of a table by their names: all but the row id, the target and the dropped ones are features. */
export function findColumns(names: readonly string[], wanted: Wanted): Columns {
	const { file, id, target, drop } = wanted;
	checkNames(names, file);
	if (id.isRequired) demand(names, { name: id.name, file, option: "--id" });
	if (target !== undefined)
		demand(names, { name: target, file, option: "--target" });
	for (const name of drop) demand(names, { name, file, option: "--drop" });
	const others = new Set([id.name, target, ...drop]);
	const features = names
		.map((name, at) => ({ name, at }))
		.filter(({ name }) => !others.has(name));
	checkFeatures(features, file);
	return {
		count: names.length,
		id: positionOf(id.name, names),
		target: target === undefined ? undefined : positionOf(target, names),
		features,
	};
}

/** Names for the columns of a file without a header: those given, else c0, c1, …. */
export function namesWithoutHeader(
	count: number,
	{ given, file }: { given: readonly string[] | undefined; file: string },
): readonly string[] {
	if (given === undefined)
		return Array.from({ length: count }, (_, i) => `c${i}`);
	if (given.length === count) return given;
	throw new Complaint(
		`--columns names ${given.length} columns, but ${file} has ${count}.`,
		2,
	);
}

function checkNames(names: readonly string[], file: string): void {
	if (names.includes(""))
		throw new Complaint(
			`${file} has a column without a name: column ${names.indexOf("") + 1} of its header is empty.`,
		);
	const twice = names.find((name, at) => names.indexOf(name) !== at);
	if (twice !== undefined)
		throw new Complaint(
			`${file} has two columns named "${twice}"; if it has no header, say --no-header.`,
		);
}

function demand(
	names: readonly string[],
	{ name, file, option }: { name: string; file: string; option: string },
): void {
	if (names.includes(name)) return;
	throw new Complaint(
		`${file} has no column "${name}" (${option}); its columns are ${inShort(names)}.${looksLikeData(names) ? " If it has no header, say --no-header." : ""}`,
	);
}

/** The table that is written has columns of these names itself. */
function checkFeatures(features: Columns["features"], file: string): void {
	if (features.length === 0)
		throw new Complaint(`${file} has no column left to be a feature.`);
	for (const { name } of features)
		if (name === "id" || name === "target")
			throw new Complaint(
				`${file} has a feature named "${name}", which is the name of another column in table.csv; leave it out with --drop ${name}.`,
			);
}

function positionOf(
	name: string,
	names: readonly string[],
): number | undefined {
	const at = names.indexOf(name);
	return at === -1 ? undefined : at;
}

function inShort(names: readonly string[]): string {
	const first = names.slice(0, 8).join(", ");
	return names.length > 8 ? `${first} and ${names.length - 8} more` : first;
}

function looksLikeData(names: readonly string[]): boolean {
	return names.some((name) => Number.isFinite(Number(name)));
}
