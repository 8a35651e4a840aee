import { expect, test } from "vitest";
import type { RunHead } from "../../orchestrator/api/views.ts";
import type { SweepRow } from "../../orchestrator/cli/sweep-table.ts";
import { aHome, type Home } from "../rig/berth-process.ts";

/** A loss for each seed; with seed 2 only once there is a file. */
async function aSweepHome(): Promise<Home> {
	const home = await aHome();
	await home.pipeline(
		"p",
		`const fit = tool("fit", ["result", JSON.stringify({ loss: 10 - params.seed, rows: 5 })], { result: { loss: z.number() } });
	tool("check", params.seed === 2 ? ["exit-unless", ${JSON.stringify(home.at("mended"))}] : ["say", params.model], { after: [fit] });`,
		'{ params: { seed: z.int().default(1), model: z.enum(["a", "b"]).default("a") } }',
	);
	return home;
}

interface Swept {
	readonly sweep: string;
	readonly runs: readonly SweepRow[];
}

test("a sweep runs every combination, and puts the metrics side by side", async () => {
	const home = await aSweepHome();
	const args = ["sweep", "p", "--date", "2026-11-20"];
	const done = await home.berth(
		...args,
		"--set",
		"seed=1,3",
		"--set",
		"model=b",
	);
	expect(done).toMatchObject({ code: 0 });
	const [head = "", ...rows] = done.stdout.trimEnd().split("\n");
	expect(head.split(/\s+/)).toEqual(["run", "status", "seed", "loss"]);
	expect(rows.map((row) => row.split(/\s+/).slice(1).join(" "))).toEqual([
		"succeeded 1 9",
		"succeeded 3 7 *",
	]);
	const [newest] = await home.json<RunHead[]>("runs");
	expect(newest).toMatchObject({
		params: { seed: 3, model: "b" },
		sweep: { index: 2, size: 2, sets: { seed: "1,3", model: "b" } },
	});
	const typo = await home.berth(
		...args,
		"--set",
		"seed=1,3",
		"--metric",
		"los",
	);
	expect(typo.stderr).toContain(
		'No run of the sweep has a metric "los": there are fit.loss, fit.rows.',
	);
});

test("a sweep that is resumed runs again what failed, and nothing else", async () => {
	const home = await aSweepHome();
	const first = await home.berth("sweep", "p", "--set", "seed=1..3");
	expect(first).toMatchObject({ code: 1 });
	expect(first.stdout).toContain("1 of 3 did not succeed.");
	await home.write("mended", "");
	const { runs, sweep } = await home.json<Swept>("sweep", "--resume");
	expect(runs.map(({ status }) => status)).toEqual(Array(3).fill("succeeded"));
	expect(runs.map(({ values }) => values)).toEqual(
		["1", "2", "3"].map((seed) => ({ seed })),
	);
	expect(runs[1]?.metrics).toEqual({ "fit.loss": 8, "fit.rows": 5 });
	expect(runs[0]?.run).toBe(`${sweep}-1`);
	expect(await home.json("runs")).toHaveLength(4);
});

test("a sweep that was killed goes on where it was", async () => {
	const home = await aHome();
	await home.pipeline(
		"p",
		`tool("wait", ["until", ${JSON.stringify(home.at("go"))}, String(params.seed)]);`,
		"{ params: { seed: z.int().default(1) } }",
	);
	const killed = home.start(["sweep", "p", "--set", "seed=1..5"]);
	const [, id = ""] = await killed.says(/Sweep (\S+): 5 runs/);
	killed.kill("SIGKILL");
	await killed.ended;
	await home.write("go", "");
	const { runs } = await home.json<Swept>("sweep", "--resume", id);
	expect(runs.map(({ status }) => status)).toEqual(Array(5).fill("succeeded"));
	expect(await home.json("runs")).toHaveLength(5);
});

test("a wrong value makes no run at all, and is told", async () => {
	const home = await aSweepHome();
	expect(await home.berth("sweep", "p", "--set", "seed=1,x")).toMatchObject({
		code: 2,
		stderr: expect.stringContaining('param "seed" cannot be "x"'),
	});
	const many = ["sweep", "p", "--set", "seed=1..100", "--set", "model=c"];
	expect(await home.berth(...many)).toMatchObject({
		code: 2,
		stderr: expect.stringMatching(
			/^Planning 100 runs; the first is made once all are planned\.\n.*param "model" cannot be "c"/s,
		),
	});
	expect(await home.json("runs")).toEqual([]);
	for (const args of [["sweep"], ["sweep", "p", "--resume", "x"]])
		expect(await home.berth(...args)).toMatchObject({ code: 2, stdout: "" });
});
