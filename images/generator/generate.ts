import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { bestRocAuc } from "./best-roc-auc.ts";
import { CLASS_DISTANCE, dayOf, rowsOf } from "./day.ts";
import { LineFile } from "./line-file.ts";
import type { Options } from "./options.ts";
import { worldOf } from "./world.ts";

/** What was written, for people and for berth. */
export interface Generated {
	readonly rows: number;
	readonly features: number;
	/** Rows labelled 1. */
	readonly positives: number;
	/** No score of these features can be expected to do better on these labels. */
	readonly bestRocAuc: number;
}

/** So many rows are made between two looks at whether somebody asked to stop. */
const ROWS_AT_ONCE = 4096;

/** Writes data.csv and target.csv of one day, row by row. */
export async function generate(options: Options): Promise<Generated> {
	const { seed, date, rows, shape, labelNoise } = options;
	const world = worldOf(seed, shape);
	const day = dayOf(world, options.day);
	const draw = rowsOf(world, day, {
		name: ["berth rows 1", seed, date].join("/"),
		flipped: labelNoise,
	});
	const data = new LineFile(join(options.out, "data.csv"));
	const target = new LineFile(join(options.out, "target.csv"));
	data.write(["id", ...namesOf(world.columns.length)].join(","));
	target.write("id,target");
	let positives = 0;
	for (let row = 1; row <= rows; row++) {
		const { features, label } = draw();
		const id = `${date}-${String(row).padStart(7, "0")}`;
		data.write(`${id},${features.join(",")}`);
		target.write(`${id},${label}`);
		positives += label;
		if (row % ROWS_AT_ONCE === 0) await setImmediate();
	}
	data.close();
	target.close();
	return {
		rows,
		features: world.columns.length,
		positives,
		bestRocAuc: bestRocAuc({
			distance: CLASS_DISTANCE,
			prior: day.prior,
			flipped: labelNoise,
		}),
	};
}

/** f01, f02, …: the names do not say which features are informative. */
function namesOf(count: number): string[] {
	const digits = Math.max(2, String(count).length);
	return Array.from(
		{ length: count },
		(_, i) => `f${String(i + 1).padStart(digits, "0")}`,
	);
}
