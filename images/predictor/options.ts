import { parseArgs } from "node:util";
import { option } from "./option.ts";
import { task } from "./task.ts";

/** What one run of the predictor reads and writes. */
export interface Options {
	readonly model: string;
	readonly in: string;
	readonly out: string;
	/** The probability from which a row's class is 1. */
	readonly threshold: number;
}

export const HELP = `predictor: the probability and class of every row of a table.

  docker run --rm --user "$(id -u):$(id -g)" -v "$PWD/models/today:/in/model:ro" -v "$PWD/raw:/in/data:ro" \\
    -v "$PWD/out:/out" berth/predictor

Reads model.json and a table with a row id and the model's features in any order; a target column may be there and is not
read. Writes predictions.csv: row id, probability (of class 1), class (1 or 0).

  --model PATH       a folder with model.json, or that file                      $BERTH_IN/model
  --in PATH          a folder with data.csv, a folder with one file, or a file   $BERTH_IN/data
  --out FOLDER       where predictions.csv goes                                  $BERTH_OUT/predictions
  --threshold X      the probability from which the class is 1                   0.5
`;

/** The command's words as options, or undefined where help was asked for. */
export function readOptions(words: string[]): Options | undefined {
	const { values } = parseArgs({
		args: words,
		options: {
			help: { type: "boolean", short: "h" },
			model: { type: "string" },
			in: { type: "string" },
			out: { type: "string" },
			threshold: { type: "string", default: "0.5" },
		},
	});
	if (values.help) return undefined;
	return {
		model: values.model ?? task.input("model"),
		in: values.in ?? task.input("data"),
		out: values.out ?? task.output("predictions"),
		threshold: option.number("threshold", values.threshold, {
			holds: (share) => share >= 0 && share <= 1,
			words: "from 0 to 1",
		}),
	};
}
