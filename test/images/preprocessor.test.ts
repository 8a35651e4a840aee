import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { breastCancerFile } from "./reference.ts";
import { aFolder, type Ran, runImage } from "./run-image.ts";

const DATA = "id,a,b\nr1,1,2.50\nr2,-3e-4,4\nr3,5,6\n";
const TARGET = "id,target\nr3,1\nr2,0\nr1,1\n";

describe("prepare", () => {
	test("joins features and target by the row id, with the numbers as they were written", () => {
		const { table, ran } = prepared({
			"raw/data.csv": DATA,
			"raw/target.csv": TARGET,
		});
		expect(table).toBe("id,a,b,target\nr1,1,2.50,1\nr2,-3e-4,4,0\nr3,5,6,1\n");
		expect(ran.result).toEqual({
			rows: 3,
			dropped: 0,
			duplicates: 0,
			bad: 0,
			withoutTarget: 0,
			positives: 2,
			features: 2,
		});
	});

	test("drops repeated and bad rows, counts them, and says what is wrong with the first ones", () => {
		const { table, ran } = prepared({
			"raw/data.csv": `${DATA}r1,1,2.50\nr4,,1\nr5,x,1\nr6,1\n,1,1\nr7,1,1\nr8,1,1\nr9,1e999,1\n`,
			"raw/target.csv": `${TARGET}r4,1\nr5,1\nr6,1\nr8,2\nr9,0\n`,
		});
		expect(table.trimEnd().split("\n")).toHaveLength(4);
		expect(ran.result).toMatchObject({
			rows: 3,
			dropped: 8,
			duplicates: 1,
			bad: 6,
			withoutTarget: 1,
		});
		expect(ran.stderr.trimEnd().split("\n")).toEqual([
			"data.csv, line 6: a is empty.",
			'data.csv, line 7: a is "x", not a number.',
			"data.csv, line 8: it has 2 fields, not 3.",
			"data.csv, line 9: its id is empty.",
			'data.csv, line 11: its target is "2", which is no label.',
		]);
	});

	test("an id with two different targets is a bad row", () => {
		const { ran } = prepared({
			"raw/data.csv": DATA,
			"raw/target.csv": `${TARGET}r1,0\nr2,0\n`,
		});
		expect(ran.result).toMatchObject({ rows: 2, bad: 1 });
		expect(ran.stderr).toContain("line 2: its id has two different targets");
	});

	test("takes a file without a header, whose columns the options name by their number", () => {
		const { table, ran } = prepared(
			{ "raw/wdbc.data": readFileSync(breastCancerFile, "utf8") },
			...["--no-header", "--id", "c0", "--target", "c1", "--positive", "M"],
		);
		expect(table).toMatch(/^id,c2,c3,.*,c31,target\n1,17\.99,10\.38,/);
		expect(ran.result).toMatchObject({ rows: 569, positives: 212 });
	});

	test("columns can be named, left out, and the negative labels limited", () => {
		const { table, ran } = prepared(
			{ "raw/t.txt": "7;yes;Paris;1\n8;no;Rome;2\n9;?;Oslo;3\n" },
			...["--columns", "key,answer,city,size", "--delimiter", ";"],
			...["--id", "key", "--target", "answer", "--drop", "city"],
			...["--positive", "yes", "--negative", "no"],
		);
		expect(table).toBe("id,size,target\n7,1,1\n8,2,0\n");
		expect(ran.stderr).toContain(
			'line 3: its target is "?", which is no label',
		);
	});

	test("rows of a table without ids are numbered, and equal rows are duplicates", () => {
		const { table, ran } = prepared({
			"raw/t.csv": "\uFEFFx,target\r\n1,0\r\n1,0\r\n2,1\r\n",
		});
		expect(table).toBe("id,x,target\n1,1,0\n3,2,1\n");
		expect(ran.result).toMatchObject({ duplicates: 1 });
	});

	test.each<[string, Files, string[], string]>([
		["a missing input", {}, [], "There is no IN/raw."],
		[
			"an empty folder",
			{ "raw/.keep": "" },
			[],
			"IN/raw is empty: expected data.csv in it.",
		],
		[
			"two files of other names",
			{ "raw/a.csv": "", "raw/b.csv": "" },
			[],
			"IN/raw holds a.csv, b.csv: expected one file, or one named data.csv.",
		],
		["an empty file", { "raw/a.csv": "" }, [], "a.csv is empty."],
		[
			"no target column",
			{ "raw/a.csv": "id,x,y\n" },
			[],
			'a.csv has no column "target" (--target); its columns are id, x, y.',
		],
		[
			"a forgotten --no-header",
			{ "raw/a.csv": "1,M,17.99\n" },
			[],
			"If it has no header, say --no-header.",
		],
		[
			"no id to join by",
			{ "raw/data.csv": "x\n1\n", "raw/target.csv": TARGET },
			[],
			'data.csv has no column "id" (--id)',
		],
		[
			"no target to join",
			{ "raw/data.csv": DATA, "raw/target.csv": "id,y\n" },
			[],
			'target.csv has no column "target"; its columns are id, y.',
		],
		[
			"two columns of one name",
			{ "raw/a.csv": "x,x,target\n" },
			[],
			'a.csv has two columns named "x"',
		],
		[
			"a dropped column that is not there",
			{ "raw/a.csv": "x,target\n" },
			["--drop", "z"],
			'a.csv has no column "z" (--drop)',
		],
		[
			"nothing but id and target",
			{ "raw/a.csv": "id,target\n" },
			[],
			"a.csv has no column left to be a feature.",
		],
		[
			"a feature with a taken name",
			{ "raw/a.csv": "id,key,target\n" },
			["--id", "key"],
			"leave it out with --drop id.",
		],
		[
			"a quote that never ends",
			{ "raw/a.csv": 'x,target\n"1,0\n' },
			[],
			"a.csv cannot be read as CSV: Quote Not Closed",
		],
		[
			"no usable row",
			{ "raw/a.csv": "x,target\nParis,1\n" },
			[],
			'No row of a.csv can be used: a.csv, line 2: x is "Paris", not a number.',
		],
	])("%s is one sentence and exit code 1", (_what, files, words, sentence) => {
		const { ran, data } = preparedIn(files, words);
		expect(ran.stderr.replaceAll(join(data, "in"), "IN")).toContain(sentence);
		expect(ran.stderr.trimEnd()).not.toContain("\n");
		expect(ran.code).toBe(1);
		expect(ran.result).toBeUndefined();
	});

	test.each([
		[["--colums", "a"], "Unknown option '--colums'. See --help."],
		[["--columns", "a,b"], "--columns names 2 columns, but t.csv has 3."],
		[["--delimiter", ""], "--delimiter must not be empty."],
	])("%j is wrong usage, exit code 2", (words, sentence) => {
		const { ran } = preparedIn({ "raw/t.csv": "id,x,target\n1,2,0\n" }, words);
		expect(ran.stderr).toBe(`${sentence}\n`);
		expect(ran.code).toBe(2);
	});
});

describe("split", () => {
	const rows = Array.from(
		{ length: 100 },
		(_, i) => `r${i},${i / 7},${i % 4 === 0 ? 1 : 0}`,
	);
	const table = ["id,x,target", ...rows, ""].join("\n");

	test("gives both parts the same share of each class and loses no row", () => {
		const { train, val, ran } = split(table);
		expect(ran.result).toEqual({ train: 80, val: 20 });
		expect(val.filter((row) => row.endsWith(",1"))).toHaveLength(5);
		expect(train.filter((row) => row.endsWith(",1"))).toHaveLength(20);
		expect(new Set([...train, ...val])).toEqual(new Set(rows));
		expect([...train, ...val]).toHaveLength(rows.length);
	});

	test("rows keep their order; the seed decides which go where", () => {
		const first = split(table, "--seed", "1");
		expect(first.train).toEqual(
			rows.filter((row) => first.train.includes(row)),
		);
		expect(split(table, "--seed", "1").val).toEqual(first.val);
		expect(split(table, "--seed", "2").val).not.toEqual(first.val);
	});

	test("the fraction can be chosen, but neither part is left without a class", () => {
		expect(split(table, "--fraction", "0.4").val).toHaveLength(40);
		const small = split(
			"id,x,target\na,1,0\nb,2,0\nc,3,1\nd,4,1\n",
			"--fraction",
			"0.01",
		);
		expect(small.val).toHaveLength(2);
	});

	test.each([
		[
			"id,x,target\na,1,0\nb,2,0\n",
			[],
			1,
			"table.csv has 2 rows and only one class; a split needs two classes.",
		],
		[
			"id,x,target\na,1,0\nb,2,0\nc,2,1\n",
			[],
			1,
			'table.csv has one row of class "1"; a split needs two, one for each part.',
		],
		[
			"id,x,y\n",
			[],
			1,
			'table.csv has no column "target"; name the target\'s with --target.',
		],
		[
			table,
			["--fraction", "1"],
			2,
			'--fraction must be a number between 0 and 1, not "1".',
		],
		[
			table,
			["--seed", "1.5"],
			2,
			'--seed must be a whole number, 0 or more, not "1.5".',
		],
	])("what cannot be split is refused (%#)", (text, words, code, sentence) => {
		const ran = runImage("preprocessor", ["split", ...words], {
			data: aDataFolder({ "table/table.csv": text }),
		});
		expect(ran.stderr).toBe(`${sentence}\n`);
		expect(ran.code).toBe(code);
	});
});

type Files = Record<string, string>;

function preparedIn(files: Files, words: string[]): { ran: Ran; data: string } {
	const data = aDataFolder(files);
	return {
		data,
		ran: runImage("preprocessor", ["prepare", ...words], { data }),
	};
}

function prepared(files: Files, ...words: string[]) {
	const { ran, data } = preparedIn(files, words);
	expect(ran.code, ran.stderr).toBe(0);
	return {
		ran,
		table: readFileSync(join(data, "out/table/table.csv"), "utf8"),
	};
}

function split(table: string, ...words: string[]) {
	const data = aDataFolder({ "table/table.csv": table });
	const ran = runImage("preprocessor", ["split", ...words], { data });
	expect(ran.stderr).toBe("");
	const part = (name: string) => {
		const text = readFileSync(join(data, `out/${name}/${name}.csv`), "utf8");
		const [header, ...lines] = text.trimEnd().split("\n");
		expect(header).toBe("id,x,target");
		return lines;
	};
	return { ran, train: part("train"), val: part("val") };
}

/** A folder with what a task would find in $BERTH_IN. */
function aDataFolder(files: Files): string {
	const data = aFolder();
	for (const [path, text] of Object.entries(files)) {
		const file = join(data, "in", path);
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, text);
	}
	return data;
}
