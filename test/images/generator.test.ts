import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bestRocAuc } from "../../images/generator/best-roc-auc.ts";
import { CLASS_DISTANCE, dayOf, rowsOf } from "../../images/generator/day.ts";
import { normalCdf } from "../../images/generator/normal.ts";
import { dot, worldOf } from "../../images/generator/world.ts";
import { aFolder, runImage } from "./run-image.ts";

const shape = { informative: 8, redundant: 4, noise: 4 };
const today = Date.parse("2026-11-21") / 86_400_000;

describe("as a program", () => {
	test("the same seed and date give the same bytes; another seed or date gives others", () => {
		const first = generated("--date", "2026-11-20");
		expect(generated("--date", "2026-11-20")).toEqual(first);
		const others = [
			generated("--date", "2026-11-20", "--seed", "43"),
			generated("--date", "2026-11-21"),
		];
		for (const other of others) {
			expect(other.data).not.toBe(first.data);
			expect(other.target).not.toBe(first.target);
		}
	});

	test("every row has an id, its features and, in the other file, its target", () => {
		const { data, target, result } = generated("--date", "2026-11-20");
		const rows = data.trimEnd().split("\n");
		const targets = target.trimEnd().split("\n");
		expect(rows).toHaveLength(501);
		expect(rows[0]).toMatch(/^id,f01,f02,.*,f16$/);
		expect(targets[0]).toBe("id,target");
		expect(targets.map((row) => row.split(",")[0])).toEqual(
			rows.map((row) => row.split(",")[0]),
		);
		expect(result).toMatchObject({
			rows: 500,
			features: 16,
			positives: targets.filter((row) => row.endsWith(",1")).length,
		});
	});

	test("in a task the day is the run's date and the files go to the output named raw", () => {
		const data = aFolder();
		const { code, stdout } = runImage("generator", ["--rows", "10"], {
			data,
			env: { BERTH_DS: "2026-11-19" },
		});
		expect(code).toBe(0);
		expect(stdout).toContain("10 rows of 2026-11-19");
		expect(readFileSync(join(data, "out/raw/data.csv"), "utf8")).toContain(
			"\n2026-11-19-0000001,",
		);
	});

	test("the best possible ROC AUC is printed and in the result", () => {
		const { result, stdout } = generated("--date", "2026-11-20");
		const { bestRocAuc: best } = result as { bestRocAuc: number };
		expect(stdout).toContain(`best possible ROC AUC: ${best}`);
	});

	test.each([
		[["--rows", "10"], "Say which day with --date YYYY-MM-DD."],
		[["--date", "2026-02-30"], "--date must be a day"],
		[["--date", "2026-11-20", "--rows", "0"], "--rows must be a whole number"],
		[["--date", "2026-11-20", "--label-noise", "0.5"], "from 0 to 0.04"],
		[["--date", "2026-11-20", "--informative", "1"], "2 to 1000"],
		[["--dat", "2026-11-20"], "Unknown option '--dat'. See --help."],
	])("%j is refused as wrong usage", (words, sentence) => {
		const { code, stderr } = runImage("generator", words, { data: aFolder() });
		expect(stderr).toContain(sentence);
		expect(stderr.trimEnd()).not.toContain("\n");
		expect(code).toBe(2);
	});
});

describe("the generating process", () => {
	test("the normal distribution function agrees with its tables", () => {
		expect(normalCdf(0)).toBe(0.5);
		expect(normalCdf(1)).toBeCloseTo(0.8413447460685429, 15);
		expect(normalCdf(-1.959963984540054)).toBeCloseTo(0.025, 15);
	});

	test("the best possible ROC AUC is between 0.90 and 0.95 on every day, whatever the seed and label noise", () => {
		for (let seed = 0; seed < 20; seed++)
			for (let day = 0; day < 1500; day += 7)
				for (const flipped of [0, 0.02, 0.04]) {
					const { prior } = dayOf(worldOf(seed, shape), day);
					const best = bestRocAuc({ distance: CLASS_DISTANCE, prior, flipped });
					expect(best).toBeGreaterThan(0.9);
					expect(best).toBeLessThan(0.95);
				}
	});

	test("the true discriminant reaches the best possible ROC AUC on many rows", () => {
		const world = worldOf(7, shape);
		const day = dayOf(world, today);
		const draw = rowsOf(world, day, { name: "a test", flipped: 0.02 });
		const rows = Array.from({ length: 300_000 }, draw).map(
			({ features, label }) => ({ score: discriminant(features), label }),
		);
		const best = bestRocAuc({
			distance: CLASS_DISTANCE,
			prior: day.prior,
			flipped: 0.02,
		});
		expect(Math.abs(rocAuc(rows) - best)).toBeLessThan(0.002);

		function discriminant(features: readonly number[]): number {
			const values = Array<number>(16).fill(0);
			world.columns.forEach(({ source, scale }, i) => {
				values[source] = ((features[i] ?? 0) - (day.centres[i] ?? 0)) / scale;
			});
			return dot(day.half, values);
		}
	});

	test("a week moves the distribution a little, a year moves it a lot", () => {
		const world = worldOf(42, shape);
		const moved = (days: number) => {
			const [from, to] = [dayOf(world, today), dayOf(world, today + days)];
			const cosine = dot(from.half, to.half) / dot(from.half, from.half);
			return (Math.acos(cosine) * 180) / Math.PI;
		};
		expect(moved(1)).toBeGreaterThan(0);
		expect(moved(7)).toBeLessThan(2);
		expect(moved(365)).toBeGreaterThan(80);
	});
});

function generated(...words: string[]) {
	const out = aFolder();
	const all = ["--out", out, "--rows", "500", ...words];
	const { code, stderr, stdout, result } = runImage("generator", all);
	expect(stderr).toBe("");
	expect(code).toBe(0);
	return {
		result,
		stdout: stdout.replaceAll(out, "OUT"),
		data: readFileSync(join(out, "data.csv"), "utf8"),
		target: readFileSync(join(out, "target.csv"), "utf8"),
	};
}

/** P(score of a positive > score of a negative), for scores without ties. */
function rocAuc(rows: { score: number; label: 0 | 1 }[]): number {
	let negatives = 0;
	let pairs = 0;
	for (const { label } of rows.toSorted((a, b) => a.score - b.score))
		if (label === 1) pairs += negatives;
		else negatives++;
	return pairs / negatives / (rows.length - negatives);
}
