import { basename } from "node:path";
import { readCsv } from "./csv.ts";
import { classOf, type Labels } from "./labels.ts";
import { Complaint } from "./program.ts";
import type { TargetOf } from "./row.ts";

/** The target of a row that carries it in a column of its own. */
export function targetInColumn(at: number, labels: Labels): TargetOf {
	return (fields) => {
		const label = fields[at] ?? "";
		if (label === "") return "none";
		return classOf(label, labels) ?? noLabel(label);
	};
}

/** The target of a row from another file, by its id; an id with two different targets there has none that could be trusted. */
export async function targetsInFile(
	path: string,
	wanted: { id: string; target: string; delimiter: string; labels: Labels },
): Promise<TargetOf> {
	const records = readCsv(path, wanted.delimiter);
	const header = (await records.next()).value?.fields ?? [];
	const [id, target] = [wanted.id, wanted.target].map((name) =>
		position(name, { header, file: basename(path) }),
	) as [number, number];
	const targets = new Map<string, ReturnType<TargetOf>>();
	for await (const { fields } of records) {
		const label = fields[target] ?? "";
		const found =
			label === "" ? "none" : (classOf(label, wanted.labels) ?? noLabel(label));
		const key = fields[id] ?? "";
		const known = targets.get(key) ?? found;
		targets.set(key, known === found ? found : twoTargets);
	}
	return (_fields, key) => targets.get(key) ?? "none";
}

const twoTargets = { wrong: "its id has two different targets" };

function noLabel(label: string): { wrong: string } {
	return { wrong: `its target is "${label}", which is no label` };
}

function position(
	name: string,
	{ header, file }: { header: readonly string[]; file: string },
): number {
	const at = header.indexOf(name);
	if (at !== -1) return at;
	throw new Complaint(
		`${file} has no column "${name}"; its columns are ${header.slice(0, 8).join(", ")}.`,
	);
}
