import { basename, join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import type { Command } from "./commands.ts";
import { readCsv } from "./csv.ts";
import { csvLine } from "./csv-line.ts";
import { findFile } from "./find-file.ts";
import { LineFile } from "./line-file.ts";
import { option } from "./option.ts";
import { Complaint } from "./program.ts";
import { chooseValidation } from "./stratify.ts";
import { task } from "./task.ts";

/** One table → a part to train on and a part to validate on. */
export const split: Command = {
	help: `split: a table in two parts that have the same share of every class.

Reads table.csv, writes train/train.csv and val/val.csv. Rows keep their order; the same seed and table give the same bytes.

  --in PATH        a folder with table.csv, a folder with one file, or a file    $BERTH_IN/table
  --out FOLDER     where the folders train and val go                            $BERTH_OUT
  --fraction X     the share of rows to validate on, between 0 and 1             0.2
  --seed N         decides which rows those are                                  42
  --target NAME    the column of the target                                      target
`,
	async run(words) {
		const options = readOptions(words);
		const table = findFile(options.in, "table.csv");
		const { seed, fraction } = options;
		const isValidation = chooseValidation(await readTargets(table, options), {
			seed,
			fraction,
			file: basename(table),
		});
		const result = await writeParts(table, { isValidation, out: options.out });
		task.writeResult(result);
		process.stdout.write(
			`${result.train} rows to train on, ${result.val} to validate on, in ${options.out}\n`,
		);
	},
};

function readOptions(words: string[]) {
	const { values } = parseArgs({
		args: words,
		options: {
			in: { type: "string" },
			out: { type: "string" },
			fraction: { type: "string", default: "0.2" },
			seed: { type: "string", default: "42" },
			target: { type: "string", default: "target" },
		},
	});
	return {
		in: values.in ?? task.input("table"),
		out: values.out ?? task.output(),
		fraction: option.number("fraction", values.fraction, {
			holds: (share) => share > 0 && share < 1,
			words: "between 0 and 1",
		}),
		seed: option.whole("seed", values.seed, { min: 0 }),
		target: values.target,
	};
}

/** The target of every row, in order. */
async function readTargets(
	path: string,
	{ target }: { target: string },
): Promise<string[]> {
	const records = readCsv(path);
	const header = (await records.next()).value?.fields ?? [];
	const at = header.indexOf(target);
	if (at === -1)
		throw new Complaint(
			`${basename(path)} has no column "${target}"; name the target's with --target.`,
		);
	const targets: string[] = [];
	for await (const { fields } of records) targets.push(fields[at] ?? "");
	return targets;
}

async function writeParts(
	path: string,
	{ isValidation, out }: { isValidation: boolean[]; out: string },
): Promise<{ train: number; val: number }> {
	const train = new LineFile(join(out, "train", "train.csv"));
	const val = new LineFile(join(out, "val", "val.csv"));
	let row = -1;
	for await (const { fields } of readCsv(path)) {
		const line = csvLine(fields);
		if (row === -1 || !isValidation[row]) train.write(line);
		if (row === -1 || isValidation[row]) val.write(line);
		row++;
	}
	train.close();
	val.close();
	const validation = isValidation.filter((is) => is).length;
	return { train: row - validation, val: validation };
}
