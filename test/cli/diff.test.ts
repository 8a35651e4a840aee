import { expect, test } from "vitest";
import type { DiffView } from "../../orchestrator/api/explaining.ts";
import type { PublicationView, RunView } from "../../orchestrator/api/views.ts";
import { aHome } from "../rig/berth-process.ts";

test("diff tells files, metrics with better or worse, and params; of paths, their history, objects, runs and tasks", async () => {
	const home = await aHome();
	await home.pipeline(
		"p",
		`const train = tool("train", ["write-text", params.text, "model"], { out: { model: "models/new" } });
	const raw = tool("raw", ["write", "raw"], { out: { raw: "raw" } });
	tool("validate", ["result", JSON.stringify({ rocAuc: params.text.length, drift: params.text.length, rows: 7 })], {
		in: { model: train.out.model, raw: raw.out.raw },
		result: { rocAuc: z.number(), drift: z.number().meta({ better: "lower" }), rows: z.int() },
	});`,
		'{ params: { text: z.string().default("x") } }',
	);
	const first = await home.json<RunView>("run", "p");
	const second = await home.json<RunView>("run", "p", "--set", "text=long");

	const told = await home.berth("diff", "models/new@1", "models/new");
	expect(told).toMatchObject({ code: 0 });
	expect(told.stdout).toMatch(
		/^a {2}models\/new@#\d {2}\(made by p@.*\/train\/1\)$/m,
	);
	expect(told.stdout).toContain("~ x.txt  (1 B → 4 B)\n");
	expect(told.stdout).toMatch(/^validate\.rocAuc +1 +4 +better$/m);
	expect(told.stdout).toMatch(/^validate\.drift +1 +4 +worse$/m);
	expect(told.stdout).toMatch(/^validate\.rows +7 +7 +same$/m);
	expect(told.stdout).toMatch(/^text +x +long$/m);

	const [a, b] = await Promise.all(
		[first, second].map(
			async ({ tasks }) => `${tasks[0]?.outputs.model?.object}`,
		),
	);
	const byHash = await home.json<DiffView>("diff", `${a}`.slice(0, 8), `${b}`);
	expect(byHash.metrics).toEqual(
		(await home.json<DiffView>("diff", "models/new@1", "models/new")).metrics,
	);
	const runs = await home.json<DiffView>("diff", first.id, "latest");
	expect(runs).toMatchObject({
		isSame: false,
		files: [
			{ path: "train.model/x.txt", change: "changed", before: 1, after: 4 },
		],
		params: [{ name: "text", a: "x", b: "long" }],
	});
	await home.pipeline("q", 'tool("q", ["write", "q"], { out: { q: "q" } });');
	await home.berth("run", "q");
	expect((await home.berth("diff", "latest", first.id)).stdout).toMatch(
		/^text +– +x$/m,
	);
	const up = home.start(["up"]);
	await up.says(/berth answers at/);
	const task = ["diff", `${first.id}/raw`, `${second.id}/raw`];
	expect(await home.json(...task)).toMatchObject({
		isSame: true,
		files: [],
		a: { kind: "task", name: `${first.id}/raw` },
	});
	expect((await home.berth("diff", "models/new@1", "models/new")).stdout).toBe(
		told.stdout,
	);
	expect(await home.berth("diff", "models/new", "nothing/here")).toMatchObject({
		code: 2,
		stderr: expect.stringContaining('Nothing is "nothing/here"'),
	});
	const listed = await home.json<PublicationView[]>("artifacts", "models/new");
	expect(listed).toHaveLength(2);
	up.kill("SIGTERM");
	await up.ended;
});
