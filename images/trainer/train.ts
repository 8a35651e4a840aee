import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename, join } from "node:path";
import process from "node:process";
import { pipeline } from "node:stream/promises";
import type { Command } from "./commands.ts";
import { findFile } from "./find-file.ts";
import { fitCart } from "./fit-cart.ts";
import { type Fitted, fitLogistic } from "./fit-logistic.ts";
import { writeJson } from "./json-file.ts";
import type { Cart, Logistic, Model } from "./model.ts";
import { task } from "./task.ts";
import {
	type Params,
	readTrainOptions,
	TRAIN_HELP,
	type TrainOptions,
} from "./train-options.ts";
import { readTrainingTable, type TrainingTable } from "./training-table.ts";
import { versions } from "./versions.ts";

/** train.csv → model.json and training_config.json. */
export const train: Command = {
	help: TRAIN_HELP,
	async run(words) {
		const options = readTrainOptions(words);
		const path = findFile(options.in, "train.csv");
		const table = await readTrainingTable(path, options);
		const { model, fit } = fitModel(table, options.params);
		const data = {
			file: basename(path),
			sha256: await sha256(path),
			rows: table.rows,
			positives: table.positives,
		};
		writeJson(
			join(options.out, "model.json"),
			modelFile(model, table, options),
		);
		writeJson(
			join(options.out, "training_config.json"),
			configFile(options, { data, fit }),
		);
		task.writeResult({
			model: model.kind,
			rows: table.rows,
			features: table.features.length,
			...fit,
		});
		process.stdout.write(
			`${model.kind} model of ${table.rows} rows with ${table.features.length} features, in ${options.out}\n` +
				`${inWords(fit)}\n`,
		);
	},
};

function fitModel(
	table: TrainingTable,
	params: Params,
): Fitted<Logistic | Cart> {
	switch (params.kind) {
		case "logistic":
			return fitLogistic(table, params);
		case "cart":
			return fitCart(table, params);
	}
}

function modelFile(
	model: Logistic | Cart,
	{ features }: TrainingTable,
	{ id, target }: TrainOptions,
): Model {
	return { format: "berth-model", version: 1, id, target, features, ...model };
}

/** Everything that decided the model, so that it can be made again. */
function configFile(
	{ params: { kind, ...params }, seed, id, target }: TrainOptions,
	made: { data: object; fit: object },
): object {
	return {
		format: "berth-training-config",
		version: 1,
		model: kind,
		params: { ...params, id, target },
		seed,
		...made,
		versions: versions(),
	};
}

async function sha256(path: string): Promise<string> {
	const hash = createHash("sha256");
	await pipeline(createReadStream(path), hash);
	return hash.digest("hex");
}

function inWords(fit: { readonly [name: string]: number }): string {
	return Object.entries(fit)
		.map(([name, value]) => `${name}: ${value}`)
		.join(", ");
}
