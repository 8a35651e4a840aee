import { parseArgs } from "node:util";

/** What was asked for on the command line. Throws a sentence about what it does not understand. */
export function readOptions(args: readonly string[]): SoakOptions {
	const { values } = parseArgs({
		args: [...args],
		options: {
			minutes: { type: "string", default: "10" },
			seed: { type: "string", default: "1" },
			keep: { type: "boolean", default: false },
		},
	});
	const minutes = Number(values.minutes);
	const seed = Number(values.seed);
	if (!(minutes > 0)) throw new Error(unfit("minutes", values.minutes));
	if (!Number.isInteger(seed)) throw new Error(unfit("seed", values.seed));
	return { minutes, seed, keep: values.keep };
}

export interface SoakOptions {
	/** How long it kills; draining and checking come after. */
	readonly minutes: number;
	/** The same seed makes the same choices. */
	readonly seed: number;
	/** Leave the folder for a look at it. */
	readonly keep: boolean;
}

const unfit = (name: string, found: string): string =>
	`--${name}: wanted a number, found "${found}". Example: npm run soak -- --minutes 10 --seed 1`;
