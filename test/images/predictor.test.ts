import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { aFolder, runImage } from "./run-image.ts";

const COMMON = {
	format: "berth-model",
	version: 1,
	id: "id",
	target: "target",
	features: ["x", "y"],
};
const LOGISTIC = {
	...COMMON,
	kind: "logistic",
	intercept: Math.log(3),
	coefficients: [Math.log(2), -1],
	means: [10, 0],
	scales: [2, 1],
};
const CART = {
	...COMMON,
	kind: "cart",
	tree: {
		feature: 1,
		threshold: 0.5,
		below: { probability: 0.25, rows: 4 },
		above: { probability: 1, rows: 3 },
	},
};

test("a logistic model gives every row its probability and class, under the row's id", () => {
	const { predictions, ran } = predicted(
		LOGISTIC,
		'id,x,y\na,10,0\n"b,2",12,0\nc,10,2\n',
	);
	const [header, ...rows] = predictions.trimEnd().split("\n");
	expect(header).toBe("id,probability,class");
	expect(rows.map((row) => row.replace(/,[\d.e-]+,/, ","))).toEqual([
		"a,1",
		'"b,2",1',
		"c,0",
	]);
	const probabilities = rows.map((row) => Number(row.split(",").at(-2)));
	expect(probabilities[0]).toBeCloseTo(3 / 4, 15);
	expect(probabilities[1]).toBeCloseTo(6 / 7, 15);
	expect(ran.result).toMatchObject({ rows: 3, positives: 2 });
});

test("a tree gives the share of its leaf", () => {
	const { predictions } = predicted(CART, "id,x,y\na,0,0.4\nb,0,0.5\n");
	expect(predictions).toBe("id,probability,class\na,0.25,0\nb,1,1\n");
});

test("columns are found by name, and a target is not read", () => {
	const { predictions } = predicted(
		CART,
		"target,y,id,x\n?,0.4,a,0\n,0.5,b,0\n",
	);
	expect(predictions).toBe("id,probability,class\na,0.25,0\nb,1,1\n");
});

test("the threshold decides the class", () => {
	const table = "id,x,y\na,0,0.4\n";
	expect(predicted(CART, table, "--threshold", "0.25").predictions).toMatch(
		/,1\n$/,
	);
});

test("a table without rows gives predictions without rows", () => {
	const { predictions, ran } = predicted(CART, "id,x,y\n");
	expect(predictions).toBe("id,probability,class\n");
	expect(ran.result).toEqual({ rows: 0, positives: 0, meanProbability: null });
});

test("a model whose features do not match is refused by name", () => {
	expectRefused(
		"id,x,z,w\na,1,1,1\n",
		"The features of data.csv are not the model's: it lacks y; the model does not know z, w.",
	);
});

test.each([
	["", "data.csv is empty."],
	["x,y\n1,2\n", 'data.csv has no column "id" for the row id.'],
	[
		"id,x,y\na,1,\n",
		"data.csv, line 2: y is empty. Clean it with the preprocessor's prepare first.",
	],
	[
		"id,x,y\na,1,NaN\n",
		'data.csv, line 2: y is "NaN", not a number. Clean it with the preprocessor\'s prepare first.',
	],
	["id,x,x,y\n", 'data.csv has two columns named "x".'],
])("data that cannot be scored are refused (%#)", (table, sentence) => {
	expectRefused(table, sentence);
});

test("without a model there is one sentence", () => {
	const data = aFolder();
	const ran = runImage("predictor", [], { data });
	expect(ran.stderr).toBe(`There is no ${join(data, "in/model")}.\n`);
	expect(ran.code).toBe(1);
});

test("a threshold beyond 1 is wrong usage", () => {
	const ran = runImage("predictor", ["--threshold", "2"]);
	expect(ran.stderr).toBe(
		'--threshold must be a number from 0 to 1, not "2".\n',
	);
	expect(ran.code).toBe(2);
});

function predict(model: object, table: string, words: string[]) {
	const data = aFolder();
	const files = {
		"model/model.json": JSON.stringify(model),
		"data/data.csv": table,
		"data/target.csv": "id\n",
	};
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(dirname(join(data, "in", path)), { recursive: true });
		writeFileSync(join(data, "in", path), text);
	}
	return { data, ran: runImage("predictor", words, { data }) };
}

function predicted(model: object, table: string, ...words: string[]) {
	const { ran, data } = predict(model, table, words);
	expect(ran.stderr).toBe("");
	const file = join(data, "out/predictions/predictions.csv");
	return { ran, predictions: readFileSync(file, "utf8") };
}

function expectRefused(table: string, sentence: string): void {
	const { ran } = predict(LOGISTIC, table, []);
	expect(ran.stderr).toBe(`${sentence}\n`);
	expect(ran.code).toBe(1);
	expect(ran.result).toBeUndefined();
}
