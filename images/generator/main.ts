#!/usr/bin/env node
import process from "node:process";
import { generate } from "./generate.ts";
import { HELP, readOptions } from "./options.ts";
import { runProgram } from "./program.ts";
import { task } from "./task.ts";

await runProgram(async (words) => {
	const options = readOptions(words);
	if (options === undefined) return void process.stdout.write(HELP);
	const generated = await generate(options);
	task.writeResult({ ...generated });
	const { rows, features, positives, bestRocAuc } = generated;
	process.stdout.write(
		`${rows} rows of ${options.date} with ${features} features, ${positives} of them positive, in ${options.out}\n` +
			`best possible ROC AUC: ${bestRocAuc}\n`,
	);
});
