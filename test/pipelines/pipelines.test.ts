import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FolderCatalogue } from "../../orchestrator/define/catalogue.ts";
import { checkFolder } from "../../orchestrator/define/check.ts";
import type { Named } from "../../orchestrator/model/words.ts";
import {
	containerIn,
	edgesOf,
	pipelineIn,
	planOf,
	taskIn,
} from "../define/plan-of.ts";

const root = join(import.meta.dirname, "../..");
const file = (name: string): string => join(root, "pipelines", `${name}.ts`);
const days = ["2026-11-20", "2027-01-01"];

test("every file loads and plans, and no two publish to one path", async () => {
	const folder = join(root, "pipelines");
	const catalogue = new FolderCatalogue({ folder, zone: "UTC" });
	const names = (await catalogue.list()).map(({ name }) => name);
	expect(names).toEqual(["breast-cancer", "generate-data", "predict", "train"]);
	for (const ds of days)
		expect(
			await checkFolder(catalogue, {
				ds,
				vars: { model_path: "models/2026-11-16/model" },
				knownImages: readdirSync(join(root, "images")),
			}),
		).toEqual([]);
	await catalogue.close();
});

test.each([
	["generate-data", "@daily", "all"],
	["train", "@weekly", "latest"],
	["predict", "@daily", "latest"],
])("%s runs by itself %s", async (name, cron, catchup) => {
	const pipeline = await pipelineIn(file(name));
	expect(pipeline.schedule("UTC")).toMatchObject({
		cron,
		catchup,
		zone: "UTC",
	});
});

test("breast-cancer runs only when it is asked to", async () => {
	expect((await pipelineIn(file("breast-cancer"))).schedule("UTC")).toBeNull();
});

test.each(days)("generate-data makes the data of %s", async (ds) => {
	const plan = await planOf(file("generate-data"), {
		ds,
		params: { rows: "500" },
	});
	expect(edgesOf(plan)).toEqual({ generate: [] });
	expect(containerIn(plan, "generate")).toMatchObject({
		image: "generator",
		command: ["--date", ds, "--rows", "500", "--seed", "42"],
		out: { raw: `raw/${ds}` },
	});
});

test.each(days)(
	"train waits for the data of %s, then goes step by step",
	async (ds) => {
		const plan = await planOf(file("train"), { ds, params: { model: "cart" } });
		expect(edgesOf(plan)).toEqual({
			"raw-data": [],
			prepare: ["raw-data"],
			split: ["prepare"],
			train: ["split"],
			validate: ["train", "split"],
		});
		expect(taskIn(plan, "raw-data")).toMatchObject({
			work: {
				in: `raw/${ds}`,
				all: ["data.csv", "target.csv"],
				settledMs: 10_000,
			},
			timeoutMs: 7_200_000,
		});
		expect(
			plan.tasks.map(({ work }) => work.kind === "container" && work.image),
		).toEqual([false, "preprocessor", "preprocessor", "trainer", "trainer"]);
		expect(containerIn(plan, "prepare").out).toEqual({
			table: `processed/${ds}/table`,
		});
		expect(containerIn(plan, "split")).toMatchObject({
			command: ["split", "--seed", "42"],
			out: { train: `processed/${ds}/train`, val: `processed/${ds}/val` },
		});
		expect(containerIn(plan, "train")).toMatchObject({
			command: ["train"],
			params: { model: { kind: "cart", depth: 8, minRows: 10 } },
			out: { model: `models/${ds}/model` },
			wall: { memoryBytes: 1024 ** 3, network: "none" },
		});
		expect(taskIn(plan, "train").retries).toEqual({
			times: 2,
			backoffMs: 30_000,
		});
		expect(containerIn(plan, "validate")).toMatchObject({
			in: {
				model: { from: "output", task: "train", output: "model" },
				val: { from: "output", task: "split", output: "val" },
			},
			out: { report: `models/${ds}/report` },
			result: { required: ["rocAuc", "f1"] },
		});
	},
);

test("train takes its model from the config, or from who runs it", async () => {
	const of = async (params: Named<string>) => {
		const plan = await planOf(file("train"), { params });
		return [plan.choices, containerIn(plan, "train").params?.model];
	};
	expect(await of({})).toEqual([
		{ model: "logistic" },
		{ kind: "logistic", C: 1 },
	]);
	expect(await of({ model: "cart", "model.depth": "3" })).toEqual([
		{ model: "cart" },
		{ kind: "cart", depth: 3, minRows: 10 },
	]);
	await expect(of({ "model.depth": "3" })).rejects.toThrow(
		'there is no param "model.depth"',
	);
	await expect(of({ "model.C": "0" })).rejects.toThrow(
		'param "model.C" cannot be 0',
	);
});

test.each(days)(
	"predict scores %s with the model that a person chose",
	async (ds) => {
		const vars = { model_path: "models/2026-11-16/model" };
		const plan = await planOf(file("predict"), { ds, vars });
		expect(plan.vars).toEqual(vars);
		expect(edgesOf(plan)).toEqual({
			"raw-data": [],
			model: [],
			predict: ["raw-data", "model"],
		});
		expect(taskIn(plan, "raw-data").work).toMatchObject({
			in: `raw/${ds}/data.csv`,
		});
		expect(taskIn(plan, "model").work).toEqual({
			kind: "publication",
			path: "models/2026-11-16/model",
		});
		expect(containerIn(plan, "predict")).toMatchObject({
			image: "predictor",
			in: {
				data: { from: "sensor", task: "raw-data" },
				model: { from: "sensor", task: "model" },
			},
			out: { predictions: `predictions/${ds}` },
		});
		const usual = await planOf(file("predict"), { ds });
		expect(taskIn(usual, "model").work).toEqual({
			kind: "publication",
			path: "models/production",
		});
	},
);

test.each(days)(
	"breast-cancer goes from the table to predictions on %s",
	async (ds) => {
		const plan = await planOf(file("breast-cancer"), {
			ds,
			params: { seed: "3" },
		});
		expect(edgesOf(plan)).toEqual({
			table: [],
			prepare: ["table"],
			split: ["prepare"],
			train: ["split"],
			validate: ["train", "split"],
			predict: ["train", "split"],
		});
		expect(taskIn(plan, "table").work).toMatchObject({ in: "inbox/wdbc.data" });
		const command = containerIn(plan, "prepare").command;
		const columns = String(command[command.indexOf("--columns") + 1]).split(
			",",
		);
		expect(columns).toHaveLength(32);
		expect(columns.slice(0, 3)).toEqual(["id", "diagnosis", "radius_mean"]);
		expect(command).toEqual(expect.arrayContaining(["--positive", "M"]));
		expect(containerIn(plan, "split").command).toEqual([
			"split",
			"--seed",
			"3",
			"--fraction",
			"0.2",
		]);
		expect(containerIn(plan, "predict").out).toEqual({
			predictions: `breast-cancer/${ds}/predictions`,
		});
	},
);
