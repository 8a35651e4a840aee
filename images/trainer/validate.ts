import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import type { Command } from "./commands.ts";
import { featuresOf } from "./features.ts";
import { findFile } from "./find-file.ts";
import { writeJson } from "./json-file.ts";
import { metricsOf } from "./metrics.ts";
import { type Model, parseModel } from "./model.ts";
import { option } from "./option.ts";
import { Complaint } from "./program.ts";
import { openTable } from "./rows.ts";
import { score } from "./score.ts";
import { task } from "./task.ts";

/** model.json and val.csv → metrics.json. */
export const validate: Command = {
	help: `validate: how good a model is on rows that it has not seen.

Reads model.json and val.csv (the features of the model, target 0 or 1), writes metrics.json: accuracy, precision, recall, f1,
rocAuc, averagePrecision, logLoss, brierScore, confusion.

  --model PATH       a folder with model.json, or that file                       $BERTH_IN/model
  --in PATH          a folder with val.csv, a folder with one file, or a file     $BERTH_IN/val
  --out FOLDER       where metrics.json goes                                      $BERTH_OUT/report
  --threshold X      the probability from which a row is called positive          0.5
`,
	async run(words) {
		const options = readOptions(words);
		const modelPath = findFile(options.model, "model.json");
		const model = parseModel(readFileSync(modelPath, "utf8"), modelPath);
		const path = findFile(options.in, "val.csv");
		const { labels, probabilities } = await scoreTable(model, path);
		const { threshold } = options;
		const metrics = {
			rows: labels.length,
			positives: labels.filter((label) => label === 1).length,
			threshold,
			...metricsOf(labels, probabilities, threshold),
		};
		writeJson(join(options.out, "metrics.json"), metrics);
		task.writeResult(metrics);
		process.stdout.write(`${JSON.stringify(metrics, null, "  ")}\n`);
	},
};

function readOptions(words: string[]) {
	const { values } = parseArgs({
		args: words,
		options: {
			model: { type: "string" },
			in: { type: "string" },
			out: { type: "string" },
			threshold: { type: "string", default: "0.5" },
		},
	});
	return {
		model: values.model ?? task.input("model"),
		in: values.in ?? task.input("val"),
		out: values.out ?? task.output("report"),
		threshold: option.number("threshold", values.threshold, {
			holds: (share) => share >= 0 && share <= 1,
			words: "from 0 to 1",
		}),
	};
}

async function scoreTable(
	model: Model,
	path: string,
): Promise<{ labels: number[]; probabilities: number[] }> {
	const file = basename(path);
	const { header, rows } = await openTable(path);
	const columns = featuresOf(model, { header, file });
	const labels: number[] = [];
	const probabilities: number[] = [];
	for await (const { values, label } of rows(columns, model.target)) {
		labels.push(label);
		probabilities.push(score(model, values));
	}
	if (!labels.includes(0) || !labels.includes(1))
		throw new Complaint(
			`${file} has ${labels.length} rows and not both classes, so ROC AUC means nothing; validate on rows of both.`,
		);
	return { labels, probabilities };
}
