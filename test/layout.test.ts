import { readFileSync } from "node:fs";
import { join } from "node:path";
import { globSync } from "tinyglobby";
import { describe, expect, test } from "vitest";
import { circles } from "./layout/circles.ts";
import { judge } from "./layout/judge.ts";
import { importsOf, impuritiesOf } from "./layout/read-source.ts";

const root = join(import.meta.dirname, "..");
const files = globSync("{shared,orchestrator,images,pipelines}/**/*.ts", {
	cwd: root,
	ignore: "**/node_modules/**",
});
const read = (file: string) => readFileSync(join(root, file), "utf8");

test("everything imports downward, as docs/design.md says", () => {
	expect(files.length).toBeGreaterThan(0);
	expect(files.flatMap((file) => judge(file, read(file)))).toEqual([]);
});

test("no files import each other in a circle", () => {
	expect(circles(new Map(files.map((file) => [file, read(file)])))).toEqual([]);
	const three = new Map([
		["x/a.ts", 'import { b } from "./b.ts"'],
		["x/b.ts", 'import "../y/c.ts"; import type { A } from "./a.ts"'],
		["y/c.ts", 'export const a = () => import("../x/a.ts")'],
	]);
	expect(circles(three)).toEqual(["x/a.ts → x/b.ts → y/c.ts → x/a.ts"]);
	three.delete("y/c.ts");
	expect(circles(three)).toEqual([]);
});

test("no file is longer than 300 lines", () => {
	const lines = (file: string) => read(file).trimEnd().split("\n").length;
	expect(files.filter((file) => lines(file) > 300)).toEqual([]);
});

test("only own-files.ts asks where it lies, because the bundle lies elsewhere", () => {
	const asking = files.filter(
		(file) =>
			file.startsWith("orchestrator/") && read(file).includes("import.meta"),
	);
	const kysely = "orchestrator/store/sqlite/kysely.ts"; // a package is found from either place
	expect(asking).toEqual(["orchestrator/own-files.ts", kysely]);
});

test("the model asks no clock, throws no dice and never waits", () => {
	const found = files
		.filter((file) => file.startsWith("orchestrator/model/"))
		.flatMap((file) =>
			impuritiesOf(file, read(file)).map((what) => `${file} uses ${what}`),
		);
	expect(found).toEqual([]);
});

describe("the rules", () => {
	test.each([
		["shared/words.ts", 'import "node:fs"', "node:fs"],
		["images/a/x.ts", 'import { y } from "../b/y.ts"', "../b/y.ts"],
		[
			"images/a/x.ts",
			'import { w } from "../../shared/w.ts"',
			"../../shared/w.ts",
		],
		["pipelines/p.ts", 'import { z } from "zod"', "zod"],
		[
			"orchestrator/model/x.ts",
			'import { readFile } from "node:fs"',
			"node:fs",
		],
		[
			"orchestrator/model/x.ts",
			'import type { S } from "../store/port.ts"',
			"../store/port.ts",
		],
		[
			"orchestrator/engine/x.ts",
			'await import("../runtimes/docker/x.ts")',
			"../runtimes/docker/x.ts",
		],
		[
			"orchestrator/engine/x.ts",
			'export * from "../store/sqlite/x.ts"',
			"../store/sqlite/x.ts",
		],
		[
			"orchestrator/store/sqlite/x.ts",
			'import "../../artifacts/x.ts"',
			"../../artifacts/x.ts",
		],
		[
			"orchestrator/cli/x.ts",
			'import "../store/sqlite/x.ts"',
			"../store/sqlite/x.ts",
		],
		["orchestrator/compose.ts", 'import "./cli/main.ts"', "./cli/main.ts"],
		[
			"orchestrator/runtimes/local/x.ts",
			'type D = import("better-sqlite3").Database',
			"better-sqlite3",
		],
		[
			"orchestrator/engine/x.ts",
			'import D from "better-sqlite3"',
			"better-sqlite3",
		],
		[
			"orchestrator/store/sqlite/x.ts",
			'import { type Selectable, sql } from "kysely"',
			"kysely",
		],
		["orchestrator/api/x.ts", 'import http from "node:http"', "node:http"],
	])("%s may not say %s", (file, source, from) => {
		expect(judge(file, source)).toEqual([
			expect.stringMatching(`^[A-Za-z].*\\. But ${file} imports ${from}\\.$`),
		]);
	});

	test.each([
		["images/a/x.ts", 'import type { W } from "../../shared/w.ts"'],
		[
			"images/a/x.ts",
			'import { parse } from "csv-parse/sync"; import "./y.ts"',
		],
		["pipelines/p.ts", 'import { pipeline } from "berth"'],
		[
			"orchestrator/model/x.ts",
			'import { Cron } from "croner"; import "./run.ts"',
		],
		[
			"orchestrator/engine/x.ts",
			'import type { Store } from "../store/port.ts"',
		],
		[
			"orchestrator/runtimes/docker/x.ts",
			'import D from "tar-fs"; import "../port.ts"',
		],
		["orchestrator/store/sqlite/x.ts", 'import D from "better-sqlite3"'],
		[
			"orchestrator/store/sqlite/x.ts",
			'import type { Selectable } from "kysely"',
		],
		["orchestrator/api/x.ts", 'import type { Server } from "node:http"'],
		["orchestrator/compose.ts", 'await import("./runtimes/docker/x.ts")'],
		["orchestrator/cli/x.ts", 'import { compose } from "../compose.ts"'],
	])("%s may say %s", (file, source) => {
		expect(judge(file, source)).toEqual([]);
	});

	test("a new folder needs a place among them", () => {
		expect(judge("orchestrator/application/x.ts", "")).toEqual([
			expect.stringContaining("is in no layer"),
		]);
	});
});

test("an import is seen however it is written, and only where it is one", () => {
	const source = `
		import a, { type B } from "./a.ts";
		import type { C } from "./c.ts";
		export { d } from "./d.ts";
		export type * from "./e.ts";
		const f = () => import("./f.ts");
		type G = import("./g.ts").G;
		// import "./comment.ts"
		const h = 'import "./text.ts"';`;
	const seen = importsOf("x.ts", source);
	expect(seen.map(({ from }) => from)).toEqual(
		["a", "c", "d", "e", "f", "g"].map((name) => `./${name}.ts`),
	);
	const types = seen.filter(({ typeOnly }) => typeOnly);
	expect(types.map(({ from }) => from)).toEqual(
		["c", "e", "g"].map((name) => `./${name}.ts`),
	);
});

test("an impurity is seen, and its pure sibling is not taken for one", () => {
	const impure =
		"const a = [Date.now(), new Date(), Math.random(), process.env, await x, setTimeout(f), randomUUID(), new Promise(f)]";
	expect(impuritiesOf("x.ts", impure)).toHaveLength(8);
	const pure =
		"const a = [new Date(0), Math.max(1, 2), run.process, Date.parse(t)]";
	expect(impuritiesOf("x.ts", pure)).toEqual([]);
});
