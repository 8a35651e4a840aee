import { parseArgs } from "node:util";
import { option } from "./option.ts";
import { Complaint } from "./program.ts";
import { task } from "./task.ts";
import { wordsOfParams } from "./train-params.ts";

/** What one run of train learns, from what. */
export interface TrainOptions {
	readonly in: string;
	readonly out: string;
	readonly id: string;
	readonly target: string;
	readonly seed: number;
	readonly params: Params;
}

/** A kind of model with the parameters that it has. */
export type Params =
	| { readonly kind: "logistic"; readonly l2: number }
	| {
			readonly kind: "cart";
			readonly maxDepth: number;
			readonly minRows: number;
	  };

export const TRAIN_HELP = `train: a classifier from a table of numbers.

Reads train.csv (row id, features, target 0 or 1), writes model.json and training_config.json.

  --in PATH         a folder with train.csv, a folder with one file, or a file    $BERTH_IN/train
  --out FOLDER      where the two files go                                        $BERTH_OUT/model
  --model KIND      logistic or cart (cart: at most 2000 rows)                    logistic
  --l2 X            logistic: the weight of the penalty, above 0                  1
  --max-depth N     cart: forks above a leaf at most                              8
  --min-rows N      cart: a node with no more rows is a leaf                      10
  --seed N          kept with the model; neither kind draws random numbers        42
  --id NAME         the column of row ids, which is no feature                    id
  --target NAME     the column of the target                                      target

What is not said here is taken from $BERTH_PARAMS, where that is set: {"model": {"kind": "logistic", "C": 1}},
with C = 1 / l2, or {"model": {"kind": "cart", "depth": 8, "minRows": 10}}, and "seed".
`;

/** The words after "train" as options; what they leave out, the task's params say. */
export function readTrainOptions(words: string[]): TrainOptions {
	const { values } = parseArgs({
		args: words,
		options: {
			in: { type: "string" },
			out: { type: "string" },
			model: { type: "string" },
			l2: { type: "string" },
			"max-depth": { type: "string" },
			"min-rows": { type: "string" },
			seed: { type: "string" },
			id: { type: "string", default: "id" },
			target: { type: "string", default: "target" },
		},
	});
	const params = wordsOfParams(task.params());
	const isOther = (values.model ?? params.model) !== params.model;
	const said: Words = {
		model: "logistic",
		...(isOther ? {} : params),
		...values,
	};
	return {
		in: values.in ?? task.input("train"),
		out: values.out ?? task.output("model"),
		id: values.id,
		target: values.target,
		seed: option.whole("seed", values.seed ?? params.seed ?? "42", {
			min: 0,
		}),
		params: readParams(said),
	};
}

interface Words {
	readonly model: string;
	readonly l2?: string;
	readonly "max-depth"?: string;
	readonly "min-rows"?: string;
}

function readParams(words: Words): Params {
	switch (words.model) {
		case "logistic":
			refuse(words, ["max-depth", "min-rows"]);
			return { kind: "logistic", l2: readL2(words.l2 ?? "1") };
		case "cart":
			refuse(words, ["l2"]);
			return {
				kind: "cart",
				maxDepth: count("max-depth", words["max-depth"] ?? "8"),
				minRows: count("min-rows", words["min-rows"] ?? "10"),
			};
		default:
			throw new Complaint(
				`--model must be logistic or cart, not "${words.model}".`,
				2,
			);
	}
}

/** An option of the other kind would have no effect. */
function refuse(words: Words, names: readonly (keyof Words)[]): void {
	const given = names.find((name) => words[name] !== undefined);
	if (given !== undefined)
		throw new Complaint(`--model ${words.model} has no --${given}.`, 2);
}

function readL2(text: string): number {
	const rule = { holds: (l2: number) => l2 > 0, words: "above 0" };
	return option.number("l2", text, rule);
}

function count(name: string, text: string): number {
	return option.whole(name, text, { min: 1, max: 1000 });
}
