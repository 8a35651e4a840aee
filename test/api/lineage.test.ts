import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { LineageGraph } from "../../orchestrator/api/lineage/graph.ts";
import type { LineageReader } from "../../orchestrator/api/lineage/lookups.ts";
import { startOf } from "../../orchestrator/api/lineage/start.ts";
import { lineageOf } from "../../orchestrator/api/lineage/walk.ts";
import type { CachePolicy, Task } from "../../orchestrator/model/plan.ts";
import type { Recipe } from "../../orchestrator/model/recipe.ts";
import type {
	AttemptId,
	DataPath,
	ObjectHash,
	RunId,
	TaskName,
} from "../../orchestrator/model/words.ts";
import type { AttemptFacts } from "../../orchestrator/store/provenance-port.ts";
import { anEngine } from "../rig/an-engine.ts";
import type { EngineRig } from "../rig/engine-rig.ts";
import { aPlan, aPromotion, aSensor, aTask, instant } from "../rig/plans.ts";
import type { Puppet } from "../rig/puppet.ts";

const path = (text: string): DataPath => text as DataPath;
const cache: CachePolicy = { kind: "always" };

const TRAIN: Task = aTask("train", {
	after: ["wait"],
	work: {
		cache,
		image: "trainer",
		command: ["train", "--depth", "8"],
		env: { THREADS: "2" },
		params: { depth: 8 },
		in: { raw: { from: "sensor", task: "wait" as TaskName } },
		out: { model: path("models/new") },
	},
});
const WAIT = aSensor("wait", { work: { in: "raw", all: ["a.csv", "b.csv"] } });
const PREDICT = aTask("predict", {
	work: {
		cache,
		image: "predictor",
		in: {
			model: { from: "path", path: "models/production" },
			rules: { from: "path", path: "rules.json" },
		},
		out: { predictions: path("predictions") },
	},
});

describe("where things came from", () => {
	let rig: EngineRig;
	let puppet: Puppet;
	function open(): void {
		({ puppet, rig } = anEngine());
		mkdirSync(join(rig.data, "raw"));
		for (const name of ["raw/a.csv", "raw/b.csv", "rules.json"])
			writeFileSync(join(rig.data, name), name);
	}

	async function run(id: string, ...tasks: Task[]): Promise<RunId> {
		const run = await rig.begin(aPlan(...tasks), `p@2026-11-20~${id}`);
		for (const { name, work } of tasks)
			if (work.kind === "container" && rig.engine.run(run)) {
				const job = await puppet.next(name);
				const [output = ""] = Object.keys(work.out);
				job.write(`/out/${output}/it`, name);
				job.write("/result/result.json", '{"rocAuc":0.99}');
				job.exit(0);
			}
		await rig.settled(run);
		return run;
	}

	const lineage = async (of: string): Promise<LineageGraph> =>
		lineageOf(await startOf(of, rig.store), rig.store);

	/** `a ← b` for each edge. */
	const arrows = ({ edges }: LineageGraph) =>
		edges.map(({ from, to, input }) => `${from} ←${input ?? ""} ${to}`);

	test("a prediction is followed through the promotion of its model to the files that a sensor found", async () => {
		open();
		const train = await run("train", WAIT, TRAIN);
		const promote = await run("promote", aPromotion("promote", { work: {} }));
		const predict = await run("predict", PREDICT);
		const graph = await lineage("predictions");
		const publication = async (of: string) =>
			`publication:${(await rig.store.newest(path(of)))?.id}`;
		const [model, production, predictions] = [
			await publication("models/new"),
			await publication("models/production"),
			await publication("predictions"),
		];
		const file = graph.nodes.find(({ kind }) => kind === "file");
		const files = graph.nodes.find(({ kind }) => kind === "files");
		expect(arrows(graph)).toEqual([
			`${predictions} ← attempt:${predict}/predict/1`,
			`attempt:${predict}/predict/1 ←model ${production}`,
			`${production} ← ${model}`,
			`${model} ← attempt:${train}/train/1`,
			`attempt:${train}/train/1 ←raw ${files?.id}`,
			`${files?.id} ← sensor:${train}/wait`,
			`attempt:${predict}/predict/1 ←rules ${file?.id}`,
		]);
		expect(graph.nodes).toContainEqual(
			expect.objectContaining({
				id: production,
				how: "promoted",
				attempt: `${promote}/promote/1`,
			}),
		);
		expect(graph.nodes).toContainEqual(
			expect.objectContaining({
				id: `attempt:${train}/train/1`,
				image: {
					name: "trainer",
					id: "puppet:trainer",
					key: expect.stringMatching(/^[0-9a-f]{64}$/),
				},
				command: ["train", "--depth", "8"],
				params: { depth: 8 },
				env: ["THREADS"],
				result: { rocAuc: 0.99 },
				unknown: null,
			}),
		);
		expect(files).toMatchObject({
			files: [{ path: "raw/a.csv" }, { path: "raw/b.csv" }],
		});
		expect(file).toMatchObject({
			path: "rules.json",
			bytes: readFileSync(join(rig.data, "rules.json")).length,
			sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
		});
	});

	test("many files from outside are told by their folder and by the sensor that found them, whoever published the same", async () => {
		open();
		const names = Array.from({ length: 65 }, (_, n) => `raw/${n}.csv`);
		for (const name of names) writeFileSync(join(rig.data, name), "");
		const sensor = aSensor("wait", { work: { in: "raw" } });
		const train = await run("train", sensor, TRAIN);
		const source = (await rig.store.attempt(`${train}/train/1` as AttemptId))
			?.recipe?.in.raw?.source;
		const object = source?.kind === "object" ? source.object : null;
		const { nodes, edges } = await lineage("models/new");
		expect(nodes).toContainEqual({
			kind: "object",
			id: `object:${object}`,
			object,
			copies: { of: "raw", files: 67 },
			note: "67 files from outside, copied when they were taken.",
		});
		expect(edges).toContainEqual({
			from: `object:${object}`,
			to: `sensor:${train}/wait`,
			how: "found-by",
			input: null,
		});
	});

	test("a promotion that named the object itself, and a rollback to it, lead to where it was made, never to themselves", async () => {
		open();
		const train = await run("train", WAIT, TRAIN);
		const object = (await rig.store.newest(path("models/new")))?.object;
		if (!object) throw new Error("Nothing was published.");
		const from = { from: "object", object } as const;
		const work = { from, to: path("models/production") };
		await run("1", aPromotion("promote", { work }));
		const out = { model: path("models/new") };
		await run("2", aTask("retrain", { work: { out } }));
		const back = { ...work, to: path("models/new"), rollback: true } as const;
		await run("3", aPromotion("promote", { work: back }));
		for (const of of ["models/production", "models/new"]) {
			const { nodes, edges } = await lineage(of);
			expect(nodes.map(({ kind }) => kind).slice(0, 3)).toEqual([
				"publication",
				"publication",
				"attempt",
			]);
			expect(nodes[1]).toMatchObject({ path: "models/new", how: "made" });
			expect(nodes[2]).toMatchObject({ attempt: `${train}/train/1` });
			expect(edges.every((edge) => edge.from !== edge.to)).toBe(true);
		}
	});

	test("what was unchanged leads to the attempt that computed it", async () => {
		open();
		const first = await run("1", WAIT, TRAIN);
		const again = await rig.begin(aPlan(WAIT, TRAIN), "p@2026-11-20~2");
		await rig.settled(again);
		const graph = await lineage(`${again}/train`);
		expect(graph.of).toBe(`attempt:${again}/train/1`);
		expect(arrows(graph)[0]).toBe(
			`attempt:${again}/train/1 ← attempt:${first}/train/1`,
		);
	});

	test("it is asked by path, by publication, by a path inside, by attempt and by hash", async () => {
		open();
		const id = await run("train", WAIT, TRAIN);
		const { id: number, object } = (await rig.store.newest(
			path("models/new"),
		)) ?? { id: 0, object: "" };
		for (const text of [
			"models/new",
			"models/new/",
			"models/new/it",
			"models/new@0",
			`models/new@#${number}`,
			object.slice(0, 8),
		])
			expect((await lineage(text)).of).toBe(`publication:${number}`);
		for (const text of [
			`${id}/train`,
			`${id}/train/1`,
			"p/train",
			"p@2026-11-20/train",
			"latest/train",
		])
			expect((await lineage(text)).of).toBe(`attempt:${id}/train/1`);
		await expect(lineage("models/new@2")).rejects.toThrow(
			'The history of "models/new" has no entry "2"',
		);
		await expect(lineage("nowhere")).rejects.toThrow(
			'Nothing is known as "nowhere"',
		);
		await expect(lineage("p/nothing")).rejects.toThrow(
			'Nothing is known as "p/nothing"',
		);
	});
});

/** Attempts by number, and the ones whose objects each took. */
function aReader(took: (n: number) => readonly number[]): LineageReader {
	const recipe = (n: number): Recipe => ({
		contract: 1,
		image: { id: "i", key: "k" },
		entrypoint: null,
		command: [],
		env: {},
		workdir: null,
		user: null,
		params: {},
		in: Object.fromEntries(
			took(n).map((of) => [
				`from${of}`,
				{
					source: {
						kind: "object",
						object: `${of}` as ObjectHash,
						inside: null,
						maker: `r/t/${of}` as AttemptId,
					},
					contents: `${of}`,
				},
			]),
		),
		out: [],
	});
	return {
		attempt: async (id): Promise<AttemptFacts> => {
			const number = Number(id.split("/").at(-1));
			return {
				id,
				number,
				run: "r" as RunId,
				task: "t" as TaskName,
				recipe: recipe(number),
				ending: { kind: "exited", code: 0, message: null },
				createdAt: instant(0),
				startedAt: instant(0),
				endedAt: instant(0),
				imageKey: "k",
				imageId: "i",
				fingerprint: null,
				unchangedSince: null,
			};
		},
		planned: async () => null,
		taskState: async () => null,
		history: async () => [],
		entries: async () => [],
		ofObject: async () => null,
		knownHashes: async () => [],
	};
}

const first = { kind: "attempt", attempt: "r/t/0" as AttemptId } as const;

describe("a lineage", () => {
	test("shows what many came from once", async () => {
		// Twenty layers of two, each made from both of the layer below: a million ways, 42 attempts.
		const layers = (n: number) =>
			n >= 40 ? [] : n % 2 ? [n + 1, n + 2] : [n + 2, n + 3];
		const { nodes } = await lineageOf(first, aReader(layers));
		expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length);
		expect(nodes.length).toBeLessThan(100);
	});

	test("may be thousands long", async () => {
		const chain = (n: number) => (n < 5000 ? [n + 1] : []);
		const { nodes, edges } = await lineageOf(first, aReader(chain));
		expect(nodes).toHaveLength(10_001);
		expect(edges).toHaveLength(10_000);
	});

	test("comes to an end even where a damaged database says that something came from itself", async () => {
		const circle = (n: number) => [(n + 1) % 3];
		const { nodes, edges } = await lineageOf(first, aReader(circle));
		expect(nodes).toHaveLength(6);
		expect(edges).toHaveLength(6);
	});

	test("says what is not known", async () => {
		const reader = aReader(() => [1]);
		const old: LineageReader = {
			...reader,
			attempt: async (id) => {
				if (id.endsWith("/1")) return null;
				return reader.attempt(id);
			},
		};
		const { nodes } = await lineageOf(first, old);
		expect(nodes.at(-1)).toMatchObject({
			attempt: "r/t/1",
			unknown: "Nothing is remembered of this attempt.",
		});
		const without: LineageReader = {
			...reader,
			attempt: async (id) => {
				const facts = await reader.attempt(id);
				return facts && { ...facts, recipe: null };
			},
		};
		expect((await lineageOf(first, without)).nodes).toMatchObject([
			{ unknown: expect.stringContaining("An older berth ran it") },
		]);
	});
});
