import { parseArgs } from "node:util";
import { option } from "./option.ts";
import { Complaint } from "./program.ts";
import { task } from "./task.ts";
import type { Shape } from "./world.ts";

/** What one run of the generator makes. */
export interface Options {
	/** YYYY-MM-DD, and the same as days since 1970-01-01. */
	readonly date: string;
	readonly day: number;
	readonly seed: number;
	readonly rows: number;
	readonly shape: Shape;
	/** The share of labels that are flipped, 0 to 0.04. */
	readonly labelNoise: number;
	/** The folder for data.csv and target.csv. */
	readonly out: string;
}

export const HELP = `generator: seeded synthetic data for binary classification, one day at a time.

  docker run --rm --user "$(id -u):$(id -g)" -v "$PWD/out:/out" berth/generator --date 2026-11-20 --out /out/raw

Writes data.csv (id, features) and target.csv (id, target). The same seed, date and options give the same bytes;
from day to day the distribution drifts slowly. States the best possible ROC AUC, which is between 0.90 and 0.95.

  --date YYYY-MM-DD   the day                                     $BERTH_DS
  --out FOLDER        where the two files go                      $BERTH_OUT/raw
  --rows N            rows                                        10000
  --seed N            decides everything that the date does not   42
  --informative N     features that differ between the classes    8
  --redundant N       noisy mixtures of informative ones          4
  --noise N           features that say nothing                   4
  --label-noise X     share of labels flipped, 0 to 0.04          0.02
`;

/** The command's words as options, or undefined where help was asked for. */
export function readOptions(words: string[]): Options | undefined {
	const { values } = parseArgs({
		args: words,
		options: {
			help: { type: "boolean", short: "h" },
			date: { type: "string" },
			out: { type: "string" },
			rows: { type: "string", default: "10000" },
			seed: { type: "string", default: "42" },
			informative: { type: "string", default: "8" },
			redundant: { type: "string", default: "4" },
			noise: { type: "string", default: "4" },
			"label-noise": { type: "string", default: "0.02" },
		},
	});
	if (values.help) return undefined;
	const columns = (name: keyof Shape, min: number) =>
		option.whole(name, values[name], { min, max: 1000 });
	return {
		...readDate(values.date ?? task.date()),
		seed: option.whole("seed", values.seed, { min: 0 }),
		rows: option.whole("rows", values.rows, { min: 1 }),
		shape: {
			informative: columns("informative", 2),
			redundant: columns("redundant", 0),
			noise: columns("noise", 0),
		},
		labelNoise: option.number("label-noise", values["label-noise"], {
			holds: (share) => share >= 0 && share <= 0.04,
			words: "from 0 to 0.04",
		}),
		out: values.out ?? task.output("raw"),
	};
}

function readDate(date: string | undefined): { date: string; day: number } {
	if (date === undefined)
		throw new Complaint("Say which day with --date YYYY-MM-DD.", 2);
	const instant = /^\d{4}-\d{2}-\d{2}$/.test(date)
		? Date.parse(date)
		: Number.NaN;
	const isReal =
		!Number.isNaN(instant) &&
		new Date(instant).toISOString().startsWith(`${date}T`);
	if (!isReal)
		throw new Complaint(`--date must be a day YYYY-MM-DD, not "${date}".`, 2);
	return { date, day: instant / 86_400_000 };
}
