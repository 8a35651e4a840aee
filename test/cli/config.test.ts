import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { PipelineView } from "../../orchestrator/api/berth.ts";
import type { RunView } from "../../orchestrator/api/views.ts";
import { aHome, type Home } from "../rig/berth-process.ts";

/** A pipeline with a config, of a task that copies the params it reads and one that reads none. */
async function configured(): Promise<Home> {
	const home = await aHome();
	await home.pipeline(
		"p",
		`const train = tool("train", ["params", "model"], { params: { model: params.model }, out: { model: "p/model" } });
	tool("split", ["write", "train"], { env: { SEED: params.seed }, out: { train: "p/train" } });`,
		`{ params: {
	model: z.discriminatedUnion("kind", [
		z.object({ kind: z.literal("cart"), depth: z.int(), name: z.string() }),
		z.object({ kind: z.literal("logistic"), C: z.number() }),
	]),
	seed: z.int(),
} }`,
	);
	const config = (name: string, text: string) =>
		home.write(`pipelines/p/config/${name}`, text);
	await config("config.yaml", "defaults: [{model: logistic}]\nseed: 42\n");
	await config("model/logistic.yaml", "kind: logistic\nC: 1\n");
	await config(
		"model/cart.yaml",
		// biome-ignore lint/suspicious/noTemplateCurlyInString: it is the config's own
		"kind: cart\ndepth: 8\nname: d${.depth}-s${seed}\n",
	);
	return home;
}

const read = async (home: Home): Promise<unknown> =>
	JSON.parse(await readFile(home.at("data/p/model/x.txt"), "utf8"));

test("a task reads the params that config and command line come to, and only those are its own", async () => {
	const home = await configured();
	expect(await home.berth("run", "p")).toMatchObject({ code: 0 });
	expect(await read(home)).toEqual({ model: { kind: "logistic", C: 1 } });

	const set = ["--set", "model=cart", "--set", "model.depth=3"];
	expect(await home.berth("run", "p", ...set)).toMatchObject({ code: 0 });
	const model = { kind: "cart", depth: 3, name: "d3-s42" };
	expect(await read(home)).toEqual({ model });
	const view = await home.json<RunView>("show", "p");
	expect(view).toMatchObject({
		params: { model, seed: 42 },
		choices: { model: "cart" },
		tasks: [
			{ name: "train" },
			{ name: "split", message: expect.stringMatching(/unchanged/i) },
		],
	});
	const shown = await home.berth("show", "p");
	expect(shown.stdout).toContain("Choices   model=cart\n");

	const [pipeline] = await home.json<PipelineView[]>("pipelines");
	expect(pipeline?.groups).toEqual({ model: ["cart", "logistic"] });
});

test("what cannot be is refused before there is a run, with where it was said", async () => {
	const home = await configured();
	for (const [set, words] of [
		[
			"model=forest",
			'"model" has no choice "forest". There are: cart, logistic.',
		],
		["model.D=1", 'there is no param "model.D". Did you mean "model.C"?'],
		[
			"model.C=high",
			'param "model.C" cannot be "high": Invalid input: expected number, received string (--set model.C=high)',
		],
		["~model.C", 'param "model.C" is needed'],
	] as const) {
		const ran = await home.berth("run", "p", "--set", set);
		expect(ran).toMatchObject({ code: 2 });
		expect(ran.stderr).toContain(words);
	}
	await home.write(
		"pipelines/p/config/model/logistic.yaml",
		"kind: logistic\nC: [1\n",
	);
	const checked = await home.berth("check");
	expect(checked).toMatchObject({ code: 1 });
	expect(checked.stdout).toContain(
		"p.ts: p/config/model/logistic.yaml:3:1: Flow sequence in block collection must be",
	);
	expect(await home.json("runs")).toEqual([]);
});
