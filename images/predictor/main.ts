#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { findFile } from "./find-file.ts";
import { parseModel } from "./model.ts";
import { HELP, readOptions } from "./options.ts";
import { predict } from "./predict.ts";
import { runProgram } from "./program.ts";
import { task } from "./task.ts";

await runProgram(async (words) => {
	const options = readOptions(words);
	if (options === undefined) return void process.stdout.write(HELP);
	const modelPath = findFile(options.model, "model.json");
	const model = parseModel(readFileSync(modelPath, "utf8"), modelPath);
	const predictions = join(options.out, "predictions.csv");
	const predicted = await predict(model, {
		table: findFile(options.in, "data.csv"),
		predictions,
		threshold: options.threshold,
	});
	task.writeResult({ ...predicted });
	process.stdout.write(
		`${predicted.rows} rows, ${predicted.positives} of them class 1, in ${predictions}\n`,
	);
});
