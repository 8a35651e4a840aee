import { expect, test } from "vitest";
import { pipeline, z } from "../../orchestrator/define/index.ts";
import { containerIn, edgesOf, planOf, taskIn } from "./plan-of.ts";

test("the page of the design becomes a plan", async () => {
	const plan = await planOf(
		pipeline(
			"page",
			{ params: { seed: z.int().default(42) } },
			({ ds, params, files, container }) => {
				const raw = files("raw-data", { in: `raw/${ds}`, all: ["data.csv"] });
				const prepare = container("prepare", {
					image: "preprocessor",
					command: ["prepare", "--seed", params.seed],
					in: { raw },
					out: { table: `processed/${ds}/table` },
					result: { rows: z.int() },
				});
				container("train", {
					image: "trainer",
					command: ["train", `--rows=${prepare.result.rows}`],
					env: { ROWS: prepare.result.rows },
					in: { table: prepare.out.table },
				});
			},
		),
	);
	expect(edgesOf(plan)).toEqual({
		"raw-data": [],
		prepare: ["raw-data"],
		train: ["prepare"],
	});
	expect(plan).toMatchObject({ ds: "2026-11-20", params: { seed: 42 } });
	expect(containerIn(plan, "prepare").command).toEqual([
		"prepare",
		"--seed",
		"42",
	]);
	const rows = { $ref: ["prepare", "result", "rows"] };
	expect(containerIn(plan, "train")).toMatchObject({
		command: ["train", { $text: ["--rows=", rows] }],
		env: { ROWS: rows },
		in: { table: { from: "output", task: "prepare", output: "table" } },
	});
});

test("a plan is plain JSON, and the same every time", async () => {
	const made = pipeline("p", {}, ({ container }) => {
		const a = container("a", { image: "x", result: { n: z.int() } });
		container("b", { image: "x", command: [`${a.result.n}`], after: [a] });
	});
	const plan = await planOf(made);
	expect(JSON.parse(JSON.stringify(plan))).toStrictEqual(plan);
	expect(await planOf(made)).toStrictEqual(plan);
});

test("a task's params are plain values, without those that are absent", async () => {
	const made = pipeline(
		"p",
		{
			params: {
				model: z
					.object({ kind: z.string(), depth: z.int().optional() })
					.default({ kind: "cart" }),
				share: z.number().optional(),
				seed: z.int().default(42),
			},
		},
		({ params, container }) => {
			const { model, share } = params;
			container("a", { image: "x", params: { model, share, on: [1, null] } });
			container("b", { image: "x", params });
			container("c", { image: "x" });
		},
	);
	const plan = await planOf(made, {
		params: { model: { kind: "x", depth: 8 } },
	});
	expect(containerIn(plan, "a").params).toStrictEqual({
		model: { kind: "x", depth: 8 },
		on: [1, null],
	});
	expect(containerIn(plan, "b").params).toStrictEqual(plan.params);
	expect(containerIn(plan, "c")).not.toHaveProperty("params");
});

test("what an author leaves out has these defaults", async () => {
	const plan = await planOf(
		pipeline("p", {}, ({ container }) => {
			container("a", { image: "alpine:3.22" });
		}),
	);
	expect(taskIn(plan, "a")).toStrictEqual({
		name: "a",
		after: [],
		join: "all-succeeded",
		retries: { times: 0, backoffMs: 30_000 },
		work: {
			kind: "container",
			image: "alpine:3.22",
			command: [],
			env: {},
			in: {},
			out: {},
			skipOn: [99],
			graceMs: 10_000,
			wall: {
				memoryBytes: 2 * 1024 ** 3,
				cpus: 1,
				pids: 512,
				diskBytes: 100 * 1024 ** 3,
				tmpfs: {},
				ulimits: [],
				network: "none",
				dns: [],
				extraHosts: [],
				devices: [],
				pull: "missing",
				mounts: [],
			},
			cache: { kind: "never", because: "it has no outputs" },
		},
	});
});

test("a value that is needed orders the tasks: by data, by a result, by after", async () => {
	const plan = await planOf(
		pipeline("p", {}, ({ container, publication }) => {
			const a = container("a", { image: "x", out: { o: "a" } });
			const b = container("b", { image: "x", result: { path: z.string() } });
			const c = publication("c", { of: "models/production" });
			container("d", {
				image: "x",
				in: { one: a.out.o, two: `models/${b.result.path}`, three: c },
				after: [b, a],
			});
		}),
	);
	expect(taskIn(plan, "d").after).toEqual(["b", "a", "c"]);
	expect(containerIn(plan, "d").in).toEqual({
		one: { from: "output", task: "a", output: "o" },
		two: {
			from: "path",
			path: { $text: ["models/", { $ref: ["b", "result", "path"] }] },
		},
		three: { from: "sensor", task: "c" },
	});
});

test("only the variables that were read are in the plan", async () => {
	const plan = await planOf(
		pipeline("p", {}, ({ vars, container }) => {
			const model = "shadow" in vars ? vars.shadow : vars.model_path;
			container("a", { image: "x", in: { model } });
		}),
		{ vars: { model_path: "models/1", other: "x" } },
	);
	expect(plan.vars).toEqual({ model_path: "models/1" });
});

test("values inside an object of a result are refs too", async () => {
	const plan = await planOf(
		pipeline("p", {}, ({ container }) => {
			const a = container("a", {
				image: "x",
				result: { best: z.object({ depth: z.int() }) },
			});
			container("b", { image: "x", command: [a.result.best.depth] });
		}),
	);
	expect(containerIn(plan, "b").command).toEqual([
		{ $ref: ["a", "result", "best", "depth"] },
	]);
});
