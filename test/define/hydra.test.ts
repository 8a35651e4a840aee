import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Json, Named } from "../../orchestrator/model/words.ts";
import { composed, refusal } from "./config-rig.ts";

/** What Hydra itself makes of these folders; make-hydra-reference.py wrote it. */
const cases = JSON.parse(
	readFileSync(join(import.meta.dirname, "hydra-reference.json"), "utf8"),
) as readonly Case[];

interface Case {
	readonly files: Named<string>;
	readonly set: readonly string[];
	readonly params?: Named<Json>;
	readonly choices?: Named<string>;
	/** Its words. */
	readonly refused?: string;
}

const told = (words: readonly string[]): Named<string> =>
	Object.fromEntries(
		words.map((word) => {
			const at = `${word}=`.indexOf("=");
			return [word.slice(0, at), word.slice(at + 1)];
		}),
	);

const taken = cases.filter(({ refused }) => refused === undefined);
const refused = cases.filter(({ refused }) => refused !== undefined);

test("Hydra took many of them, and refused some", () => {
	expect(taken.length).toBeGreaterThan(50);
	expect(refused.length).toBeGreaterThan(20);
});

test.each(taken.map((one, index) => [index, one] as const))(
	"config %i is put together as Hydra does",
	(_, { files, set, params, choices }) => {
		expect(composed(files, told(set))).toEqual({ params, choices });
	},
);

test.each(refused.map((one) => [one.refused, one] as const))(
	"what Hydra refuses is refused: %s",
	(_, { files, set }) => {
		expect(refusal(files, told(set))).not.toBe("nothing was refused");
	},
);
