import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { breastCancerFile } from "./reference.ts";
import { aFolder, runImage } from "./run-image.ts";

/** Runs an image that must succeed, with paths for its inputs and outputs. */
function run(image: string, ...words: string[]): Record<string, number> {
	const { code, stderr, result } = runImage(image, words);
	expect(stderr).toBe("");
	expect(code).toBe(0);
	return result as Record<string, number>;
}

/** Trains on a table's 80 % and validates on its 20 %. */
function validated(table: string, seed: number, model = "logistic") {
	const at = aFolder();
	run("preprocessor", "split", "--in", table, "--out", at, "--seed", `${seed}`);
	const [train, val] = [join(at, "train"), join(at, "val")];
	run("trainer", "train", "--in", train, "--out", at, "--model", model);
	return run(
		...(["trainer", "validate", "--model", join(at, "model.json")] as const),
		...["--in", val, "--out", at],
	);
}

describe("on synthetic data", () => {
	for (const date of ["2026-02-28", "2026-11-15", "2026-11-21", "2027-06-01"])
		test(`the logistic model of ${date} comes within 0.03 of the best possible ROC AUC`, () => {
			const at = aFolder();
			const raw = join(at, "raw");
			const best = run("generator", "--date", date, "--out", raw).bestRocAuc;
			run("preprocessor", "prepare", "--in", raw, "--out", at);
			const { rocAuc } = validated(join(at, "table.csv"), 42);
			expect(Math.abs(Number(rocAuc) - Number(best))).toBeLessThan(0.03);
		});
});

describe("on the Wisconsin breast-cancer data", () => {
	test("logistic regression is right about 96 % of unseen rows, over five splits", () => {
		const table = prepared();
		const accuracies = [1, 2, 3, 4, 5].map((seed) =>
			Number(validated(table, seed).accuracy),
		);
		const mean = accuracies.reduce((sum, each) => sum + each, 0) / 5;
		expect(mean).toBeGreaterThanOrEqual(0.96);
		expect(Math.min(...accuracies)).toBeGreaterThanOrEqual(0.93);
	});

	test("a decision tree is right about 85 % of them at least", () => {
		expect(validated(prepared(), 1, "cart").accuracy).toBeGreaterThan(0.85);
	});

	function prepared(): string {
		const at = aFolder();
		const columns = ["--no-header", "--id", "c0", "--target", "c1"];
		const files = ["--in", breastCancerFile, "--out", at];
		run("preprocessor", "prepare", ...columns, "--positive", "M", ...files);
		return join(at, "table.csv");
	}
});
