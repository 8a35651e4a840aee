import { Complaint } from "./program.ts";
import { Random } from "./random.ts";

/** For every row, whether it is one to validate on: of each class the same share, to the nearest row, and never none or all. */
export function chooseValidation(
	targets: readonly string[],
	{ seed, fraction, file }: { seed: number; fraction: number; file: string },
): boolean[] {
	const chosen = Array<boolean>(targets.length).fill(false);
	const classes = rowsByClass(targets);
	if (classes.size < 2)
		throw new Complaint(
			`${file} has ${targets.length} rows and ${classes.size === 1 ? "only one class" : "no class"}; a split needs two classes.`,
		);
	for (const [name, rows] of classes) {
		if (rows.length < 2)
			throw new Complaint(
				`${file} has one row of class "${name}"; a split needs two, one for each part.`,
			);
		const wanted = Math.round(fraction * rows.length);
		const count = Math.min(Math.max(wanted, 1), rows.length - 1);
		new Random(["berth split 1", seed, name].join("/")).shuffle(rows);
		for (const row of rows.slice(0, count)) chosen[row] = true;
	}
	return chosen;
}

function rowsByClass(targets: readonly string[]): Map<string, number[]> {
	const classes = new Map<string, number[]>();
	targets.forEach((target, row) => {
		const rows = classes.get(target);
		if (rows === undefined) classes.set(target, [row]);
		else rows.push(row);
	});
	return classes;
}
