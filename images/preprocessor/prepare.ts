import { join } from "node:path";
import process from "node:process";
import type { Command } from "./commands.ts";
import { csvLine } from "./csv-line.ts";
import { LineFile } from "./line-file.ts";
import {
	PREPARE_HELP,
	type PrepareOptions,
	readPrepareOptions,
} from "./prepare-options.ts";
import { Complaint } from "./program.ts";
import { openSource } from "./source.ts";
import { Tally } from "./tally.ts";
import { task } from "./task.ts";

/** Raw data → table.csv. */
export const prepare: Command = {
	help: PREPARE_HELP,
	async run(words) {
		const options = readPrepareOptions(words);
		const tally = await writeTable(options);
		task.writeResult(tally.toResult());
		const path = join(options.out, "table.csv");
		process.stdout.write(`${path}: ${tally.inWords()}\n`);
	},
};

async function writeTable(options: PrepareOptions): Promise<Tally> {
	const { file, columns, targetOf, records } = await openSource(options);
	const table = new LineFile(join(options.out, "table.csv"));
	const names = columns.features.map(({ name }) => name);
	table.write(csvLine(["id", ...names, "target"]));
	const tally = new Tally(file, columns);
	for await (const record of records) {
		const row = tally.judge(record, targetOf);
		if (row !== undefined)
			table.write(csvLine([row.id, ...row.features, row.target]));
	}
	table.close();
	refuseNothing(tally, file);
	return tally;
}

function refuseNothing({ rows, complaints }: Tally, file: string): void {
	if (rows === 0)
		throw new Complaint(
			`No row of ${file} can be used: ${complaints[0] ?? "it has none with a target."}`,
		);
	for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
}
