import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { aFolder, runImage } from "./run-image.ts";

const ROWS = Array.from({ length: 60 }, (_, i) => {
	const x = ((i * 37) % 60) / 10;
	return `r${i},${x},${(i * 13) % 7},${x + ((i * 11) % 5) > 4.5 ? 1 : 0}`;
});
const TABLE = ["id,x,y,target", ...ROWS, ""].join("\n");

describe("train", () => {
	test("writes a model that says all that scoring needs", () => {
		const { model, ran } = trained();
		expect(model).toMatchObject({
			format: "berth-model",
			version: 1,
			id: "id",
			target: "target",
			features: ["x", "y"],
			kind: "logistic",
		});
		expect(ran.result).toMatchObject({
			model: "logistic",
			rows: 60,
			features: 2,
		});
	});

	test("keeps with it what decided it: parameters, seed, versions and the hash of the data", () => {
		const { config } = trained(
			"--model",
			"cart",
			"--max-depth",
			"3",
			"--seed",
			"7",
		);
		expect(config).toMatchObject({
			model: "cart",
			params: { maxDepth: 3, minRows: 10 },
			seed: 7,
			data: {
				file: "train.csv",
				sha256: createHash("sha256").update(TABLE).digest("hex"),
				rows: 60,
			},
			versions: { "ml-cart": "2.1.1", "csv-parse": "7.0.3" },
		});
		expect(config.versions.node).toMatch(/^24\./);
	});

	test.each([["logistic"], ["cart"]])(
		"the same table gives the same bytes (%s)",
		(kind) => {
			const [first, second] = [
				trained("--model", kind),
				trained("--model", kind),
			];
			expect(second.bytes).toBe(first.bytes);
		},
	);

	test.each([
		[{ kind: "logistic", C: 0.5 }, ["--l2", "2"]],
		[
			{ kind: "cart", depth: 2, minRows: 20 },
			["--model", "cart", "--max-depth", "2", "--min-rows", "20"],
		],
		["cart", ["--model", "cart"]],
	])("the params %j are the options %j", (model, words) => {
		const byParams = trainedWith({ model, seed: 7 });
		expect(byParams.bytes).toBe(trained(...words, "--seed", "7").bytes);
	});

	test("options count more than params, and params of another kind not at all", () => {
		const params = { model: { kind: "cart", depth: 2 } };
		expect(trainedWith(params, "--max-depth", "1").bytes).toBe(
			trained("--model", "cart", "--max-depth", "1").bytes,
		);
		expect(trainedWith(params, "--model", "logistic").bytes).toBe(
			trained("--model", "logistic").bytes,
		);
	});

	test.each([
		[
			{ C: 1 },
			'The param "model" must have a kind, logistic or cart, not {"C":1}.',
		],
		[
			{ kind: "cart", dept: 1 },
			'The param "model.dept" is none of a cart model, which has depth and minRows.',
		],
		[
			{ kind: "logistic", C: 0 },
			'The param "model.C" must be a number above 0, not 0.',
		],
		[
			{ kind: "cart", depth: 0 },
			'--max-depth must be a whole number, 1 to 1000, not "0".',
		],
	])("the params %j are refused", (model, sentence) => {
		expectRefused(
			["train"],
			{ "train/train.csv": TABLE, "params.json": JSON.stringify({ model }) },
			{ code: 2, sentence },
		);
	});

	test.each([
		[
			["--model", "forest"],
			2,
			'--model must be logistic or cart, not "forest".',
		],
		[["--l2", "0"], 2, '--l2 must be a number above 0, not "0".'],
		[["--model", "cart", "--l2", "1"], 2, "--model cart has no --l2."],
		[["--max-depth", "3"], 2, "--model logistic has no --max-depth."],
		[
			["--target", "label"],
			1,
			'train.csv has no column "label" for the target; name it with --target.',
		],
		[
			["--id", "x", "--target", "y"],
			1,
			'train.csv, line 2: id is "r0", not a number. Clean it with the preprocessor\'s prepare first.',
		],
	])("%j is refused", (words, code, sentence) => {
		expectRefused(
			["train", ...words],
			{ "train/train.csv": TABLE },
			{ code, sentence },
		);
	});

	test.each([
		[
			"",
			'train.csv has no column "target" for the target; name it with --target.',
		],
		["id,x,target\n", "train.csv has no rows."],
		["id,target\na,1\nb,0\n", "train.csv has no features."],
		[
			"id,x,target\na,1,1\nb,2,1\n",
			"Every target in train.csv is 1; a classifier needs rows of both classes.",
		],
		[
			"id,x,target\na,1,M\n",
			'train.csv, line 2: the target is "M", not 0 or 1. Clean it with the preprocessor\'s prepare first.',
		],
		["id,x,x,target\na,1,2,1\n", 'train.csv has two columns named "x".'],
		[
			"id,x,target\na,1\n",
			'train.csv, line 2: the target is "", not 0 or 1. Clean it with the preprocessor\'s prepare first.',
		],
	])(
		"a table that cannot be learned from is refused (%#)",
		(text, sentence) => {
			expectRefused(
				["train"],
				{ "train/train.csv": text },
				{ code: 1, sentence },
			);
		},
	);

	test("a tree of more than 2,000 rows is refused with what to do instead", () => {
		const many = Array.from({ length: 2001 }, (_, i) => `${i},${i},${i % 2}`);
		expectRefused(
			["train", "--model", "cart"],
			{ "train/train.csv": ["id,x,target", ...many, ""].join("\n") },
			{
				code: 1,
				sentence:
					"--model cart takes at most 2000 rows, not 2001: its time grows with the square of the rows. Use --model logistic, or train on fewer rows.",
			},
		);
	});
});

describe("validate", () => {
	test("writes the same metrics to metrics.json and to the result", () => {
		const { data } = trained();
		write(data, { "in/model/model.json": read(data, "out/model/model.json") });
		write(data, { "in/val/val.csv": TABLE });
		const ran = runImage("trainer", ["validate"], { data });
		expect(ran.stderr).toBe("");
		const report = JSON.parse(read(data, "out/report/metrics.json"));
		expect(ran.result).toEqual(report);
		expect(Object.keys(report)).toEqual([
			...["rows", "positives", "threshold", "accuracy", "precision", "recall"],
			...["f1", "rocAuc", "averagePrecision", "logLoss", "brierScore"],
			"confusion",
		]);
		expect(report.rows).toBe(60);
		expect(report.rocAuc).toBeGreaterThan(0.7);
	});

	test.each([
		[
			"id,x,target\na,1,1\n",
			"The features of val.csv are not the model's: it lacks y.",
		],
		[
			"id,x,y,z,target\na,1,1,1,1\n",
			"The features of val.csv are not the model's: the model does not know z.",
		],
		[
			"id,y,x,target\na,1,1,1\n",
			"val.csv has 1 rows and not both classes, so ROC AUC means nothing; validate on rows of both.",
		],
	])(
		"a table that says nothing about the model is refused (%#)",
		(text, sentence) => {
			const model = read(trained().data, "out/model/model.json");
			expectRefused(
				["validate"],
				{ "model/model.json": model, "val/val.csv": text },
				{ code: 1, sentence },
			);
		},
	);

	test.each([
		["{}", "IN/model/model.json is no model that the trainer wrote."],
		["null", "IN/model/model.json is no model that the trainer wrote."],
		["{", "IN/model/model.json is not JSON."],
		[
			'{"format":"berth-model","version":2}',
			"IN/model/model.json is a model of version 2; this image knows version 1. Use the image that trained it.",
		],
		[
			'{"format":"berth-model","version":1,"kind":"logistic","features":["x"]}',
			"IN/model/model.json is damaged.",
		],
	])("%s is no model", (text, sentence) => {
		expectRefused(
			["validate"],
			{ "model/model.json": text, "val/val.csv": TABLE },
			{ code: 1, sentence },
		);
	});
});

const trained = (...words: string[]) => trainedWith(null, ...words);

function trainedWith(params: object | null, ...words: string[]) {
	const data = aFolder();
	write(data, { "in/train/train.csv": TABLE });
	if (params) write(data, { "in/params.json": JSON.stringify(params) });
	const ran = runImage("trainer", ["train", ...words], { data });
	expect(ran.stderr).toBe("");
	const [model, config] = ["model.json", "training_config.json"].map((file) =>
		read(data, `out/model/${file}`),
	) as [string, string];
	return {
		data,
		ran,
		bytes: model + config,
		model: JSON.parse(model),
		config: JSON.parse(config),
	};
}

function expectRefused(
	words: string[],
	inputs: Record<string, string>,
	{ code, sentence }: { code: number; sentence: string },
): void {
	const data = aFolder();
	for (const [path, text] of Object.entries(inputs))
		write(data, { [`in/${path}`]: text });
	const ran = runImage("trainer", words, { data });
	expect(ran.stderr.replaceAll(join(data, "in"), "IN")).toBe(`${sentence}\n`);
	expect(ran.code).toBe(code);
	expect(ran.result).toBeUndefined();
}

function read(data: string, path: string): string {
	return readFileSync(join(data, path), "utf8");
}

function write(data: string, files: Record<string, string>): void {
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(join(data, path, ".."), { recursive: true });
		writeFileSync(join(data, path), text);
	}
}
