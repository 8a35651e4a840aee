import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { snapshotOf } from "../../orchestrator/define/folder.ts";
import { aFolder, aPipeline, atAGlance } from "./pipelines-folder.ts";

const occasion = { ds: "2026-11-20", params: {}, vars: {} };

test("a folder anywhere is loaded, without an install", async () => {
	const { catalogue } = await aFolder({
		"daily.ts": `import { pipeline, z } from "berth";
export default pipeline("daily", {
	schedule: { cron: "@daily", zone: "Europe/Berlin" },
	params: { seed: z.int().default(1) },
}, ({ ds, params, container }) => {
	container("a", { image: "alpine:3.22", command: ["echo", ds, params.seed] });
});`,
		"plain.mjs": aPipeline("plain"),
	});
	const [daily, plain] = await catalogue.list();
	expect(daily).toEqual({
		kind: "pipeline",
		file: "daily.ts",
		name: "daily",
		schedule: {
			cron: "@daily",
			zone: "Europe/Berlin",
			catchup: "latest",
			overlap: "queue",
			start: null,
		},
		zone: "Europe/Berlin",
		params: expect.objectContaining({ type: "object" }),
		groups: {},
	});
	expect(plain).toMatchObject({ name: "plain", schedule: null, zone: "UTC" });
	const plan = await catalogue.plan({
		...occasion,
		pipeline: "daily",
		params: { seed: "7" },
	});
	expect(plan).toMatchObject({
		pipeline: "daily",
		params: { seed: 7 },
		oneAtATime: true,
		tasks: [{ name: "a", work: { command: ["echo", "2026-11-20", "7"] } }],
	});
});

const CONFIGURED = {
	"train.ts": `import { pipeline, z } from "berth";
export default pipeline("train", {
	params: { model: z.object({ kind: z.string(), C: z.number() }), seed: z.int().default(1) },
}, ({ params, container }) => {
	container("a", { image: "alpine:3.22", params: { model: params.model } });
});`,
	"train/config/config.yaml": "defaults:\n  - model: small\n",
	"train/config/model/small.yaml": "kind: small\nC: 1\n",
	"train/config/model/large.yaml": "kind: large\nC: 9\n",
};

test("a pipeline with a config folder has groups, and what is chosen is in the plan", async () => {
	const { catalogue } = await aFolder(CONFIGURED);
	expect(await catalogue.list()).toMatchObject([
		{ name: "train", groups: { model: ["large", "small"] } },
	]);
	const request = { ...occasion, pipeline: "train" };
	expect(await catalogue.plan(request)).toMatchObject({
		params: { model: { kind: "small", C: 1 }, seed: 1 },
		choices: { model: "small" },
	});
	const params = { model: "large", "model.C": "0.5", seed: "7" };
	expect(await catalogue.plan({ ...request, params })).toMatchObject({
		params: { model: { kind: "large", C: 0.5 }, seed: 7 },
		choices: { model: "large" },
		tasks: [{ work: { params: { model: { kind: "large", C: 0.5 } } } }],
	});
	const wrong = { ...request, params: { model: "lage" } };
	expect(await catalogue.plan(wrong)).toMatchObject({
		kind: "problem",
		message:
			'train.ts: --set model=lage: "model" has no choice "lage". Did you mean "large"? There are: large, small.',
	});
});

test("a changed file of a config is another snapshot, and another plan", async () => {
	const { catalogue, folder, write } = await aFolder(CONFIGURED);
	const request = { ...occasion, pipeline: "train" };
	expect(await catalogue.plan(request)).toMatchObject({
		params: { model: { C: 1 } },
	});
	const before = await snapshotOf(folder);
	await write("train/config/model/small.yaml", "kind: small\nC: 2\n");
	expect((await snapshotOf(folder))?.fingerprint).not.toBe(before?.fingerprint);
	expect(await catalogue.plan(request)).toMatchObject({
		params: { model: { C: 2 } },
	});
	await write("train/config/model/medium.yaml", "kind: medium\nC: 3\n");
	expect(await catalogue.list()).toMatchObject([
		{ groups: { model: ["large", "medium", "small"] } },
	]);
});

test("helpers, tests, declarations and configuration are no pipelines", async () => {
	const { catalogue, folder, write } = await aFolder({
		"uses.js": aPipeline("uses", 'import "./_helper.ts"; import "./lib/x.ts";'),
		"_helper.ts": "export {};",
		".hidden.ts": "boom(",
		"uses.test.ts": "boom(",
		"types.d.ts": "boom(",
		"vitest.config.ts": "boom(",
		"notes.md": "boom(",
	});
	await mkdir(join(folder, "lib"));
	await write("lib/x.ts", "export {};");
	await mkdir(join(folder, "config"));
	await write("config/y.ts", "boom(");
	expect(atAGlance(await catalogue.list())).toEqual({ "uses.js": "uses" });
});

test("a bad file is told with its place and a cure, and harms no other", async () => {
	const { catalogue } = await aFolder(
		{
			"a-loop.ts": "for (;;);",
			"b-exit.ts": `\nprocess.exit(0);`,
			"c-kill.ts": 'process.kill(process.pid, "SIGKILL");',
			"d-reject.ts": aPipeline("d", 'Promise.reject(new Error("late"));'),
			"e-noise.ts": aPipeline(
				"e",
				'console.log("x".repeat(1e6)); console.error("y");',
			),
			"f-syntax.ts": "\n\nconst a = ;",
			"g-enum.ts": "\nenum Kind { A }",
			"h-syntax.mjs": "\nconst a = = 1;",
			"i-missing.ts": 'import "./nothing";',
			"j-throws.ts": "\n\n\nconst a: { b?: { c: number } } = {};\na.b.c;",
			"k-none.ts": "export default 42;",
			"l-cron.ts":
				'import { pipeline } from "berth";\nexport default pipeline("l", { schedule: { cron: "@dayly" } }, () => {});',
			"m-waits.ts": "await new Promise(() => {});",
			"n-forges.ts": aPipeline(
				"n",
				'process.send?.({ type: "done" }); process.disconnect?.();',
			),
			"o-late.ts": aPipeline("o", "setInterval(() => {}, 1000);"),
		},
		{ timeoutMs: 4000 },
	);
	const seen = atAGlance(await catalogue.list());
	const late =
		"it was not done within 4 s. Look for a loop, or an await that never ends.";
	expect(seen).toEqual({
		"a-loop.ts": `a-loop.ts: ${late}`,
		"b-exit.ts": expect.stringMatching(
			/^b-exit\.ts:2: it calls process\.exit\(\)/,
		),
		"c-kill.ts": expect.stringContaining(
			"it ended the process that loads it (signal SIGKILL)",
		),
		"d-reject.ts": "d-reject.ts:1: Error: late. Correct it there.",
		"e-noise.ts": "e",
		"f-syntax.ts": expect.stringMatching(
			/^f-syntax\.ts:3: Expression expected/,
		),
		"g-enum.ts": expect.stringMatching(
			/^g-enum\.ts:2: TypeScript enum is not supported/,
		),
		"h-syntax.mjs": expect.stringMatching(/^h-syntax\.mjs:2: /),
		"i-missing.ts": expect.stringContaining("Write a path with its extension"),
		"j-throws.ts": expect.stringMatching(/^j-throws\.ts:5: TypeError: /),
		"k-none.ts": expect.stringContaining("it exports no pipeline"),
		"l-cron.ts": expect.stringMatching(/^l-cron\.ts:2: The schedule "@dayly"/),
		"m-waits.ts": `m-waits.ts: ${late}`,
		"n-forges.ts": "n",
		"o-late.ts": "o",
	});
	expect(
		(await catalogue.list()).find(({ file }) => file === "l-cron.ts")?.name,
	).toBe("l");
});

test("a file is not blamed for a time in which nobody was let run", async () => {
	const { catalogue, folder } = await aFolder(
		{
			"a.ts": aPipeline(
				"a",
				'import { writeFileSync } from "node:fs"; writeFileSync(import.meta.dirname + "/.begun", String(process.pid)); await new Promise((done) => setTimeout(done, 1000));',
			),
		},
		{ timeoutMs: 6000 },
	);
	const listing = catalogue.list();
	const begun = () =>
		readFile(join(folder, ".begun"), "utf8").then(Number, () => 0);
	await expect.poll(begun).toBeGreaterThan(0);
	const loader = await begun();
	process.kill(loader, "SIGSTOP");
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 6_500);
	process.kill(loader, "SIGCONT");
	expect(atAGlance(await listing)).toEqual({ "a.ts": "a" });
});

test("what a file left behind is not blamed on the next one", async () => {
	const { catalogue } = await aFolder({
		"a.ts": aPipeline(
			"a",
			'const timer = setInterval(() => { if (!globalThis.isNext) return; clearInterval(timer); globalThis.hasThrown = true; throw new Error("late"); }, 5);',
		),
		"b.ts": aPipeline(
			"b",
			"globalThis.isNext = true; while (!globalThis.hasThrown) await new Promise((done) => setTimeout(done, 5));",
		),
	});
	expect(atAGlance(await catalogue.list())).toEqual({
		"a.ts": "a",
		"b.ts": "b",
	});
});

test("two files of one name are both told", async () => {
	const { catalogue } = await aFolder({
		"one.ts": aPipeline("same"),
		"two.ts": aPipeline("same"),
		"other.ts": aPipeline("other"),
	});
	expect(atAGlance(await catalogue.list())).toEqual({
		"one.ts":
			'one.ts: it defines the pipeline "same", and so does two.ts. Rename one of them.',
		"two.ts":
			'two.ts: it defines the pipeline "same", and so does one.ts. Rename one of them.',
		"other.ts": "other",
	});
	expect(await catalogue.plan({ ...occasion, pipeline: "same" })).toMatchObject(
		{
			kind: "problem",
			reason: "invalid",
			message: expect.stringContaining("Rename one of them"),
		},
	);
});

test("a pipeline that is not there is told with the nearest", async () => {
	const { catalogue } = await aFolder({
		"train.ts": aPipeline("train"),
		"bad.ts": "boom(",
	});
	expect(await catalogue.plan({ ...occasion, pipeline: "trian" })).toEqual({
		kind: "problem",
		reason: "not-found",
		message:
			'There is no pipeline "trian". Did you mean "train"? Some files could not be loaded (bad.ts): see "berth check".',
	});
});

test("a plan that cannot be made is told with file, line and task", async () => {
	const { catalogue } = await aFolder(
		{
			"loops.ts": `import { pipeline } from "berth";
export default pipeline("loops", {}, () => { for (;;); });`,
			"twice.ts": `import { pipeline } from "berth";
export default pipeline("twice", {}, ({ container }) => {
	container("split", { image: "x" });
	container("split", { image: "x" });
});`,
			"needs.ts": `import { pipeline } from "berth";
export default pipeline("needs", {}, ({ vars, container }) => {
	container("a", { image: "x", in: { model: vars.model_path } });
});`,
		},
		{ timeoutMs: 4000 },
	);
	const plan = (pipeline: string) => catalogue.plan({ ...occasion, pipeline });
	expect(await plan("loops")).toMatchObject({
		message:
			"loops.ts: it was not done within 4 s. Look for a loop, or an await that never ends.",
	});
	expect(await plan("twice")).toMatchObject({
		message:
			'twice.ts:4, task "split": the pipeline has two tasks named "split". Rename one of them.',
	});
	expect(await plan("needs")).toMatchObject({
		missing: "variable",
		message: expect.stringMatching(
			/^needs\.ts:3: it reads the variable "model_path"/,
		),
	});
});

test("files see no secrets of berth's environment", async () => {
	vi.stubEnv("BERTH_TOKEN", "secret");
	const { catalogue } = await aFolder({
		"env.ts": `import { pipeline } from "berth";
export default pipeline("env", {}, ({ container }) => {
	container("a", { image: "x", command: Object.keys(process.env).sort() });
});`,
	});
	const plan = await catalogue.plan({ ...occasion, pipeline: "env" });
	vi.unstubAllEnvs();
	const text = JSON.stringify(plan);
	expect(text).toContain("PATH");
	expect(text).not.toMatch(/TOKEN|BERTH|VITEST/);
});

test("a changed file, and a changed helper, are seen without a restart", async () => {
	const { catalogue, write, folder } = await aFolder({
		"one.ts": 'import { name } from "./_names.ts";'.concat(
			aPipeline("x").replace('"x"', "name"),
		),
		"_names.ts": 'export const name = "before";',
	});
	expect(atAGlance(await catalogue.list())).toEqual({ "one.ts": "before" });
	expect(await catalogue.list()).toBe(await catalogue.list());
	await write("_names.ts", 'export const name = "after";');
	expect(atAGlance(await catalogue.list())).toEqual({ "one.ts": "after" });
	await write("one.ts", "boom(");
	expect((await catalogue.list())[0]).toMatchObject({
		kind: "broken",
		name: "after",
	});
	await rm(join(folder, "one.ts"));
	expect(await catalogue.list()).toEqual([]);
});

test("who listens is called after a change, also in a new subfolder", async () => {
	const { catalogue, write, folder } = await aFolder({
		"one.ts": aPipeline("one"),
	});
	let changed = Promise.withResolvers<void>();
	catalogue.onChange(() => changed.resolve());
	const editor = setInterval(
		() => void write("one.ts", aPipeline("one", `// ${Date.now()}`)),
		300,
	);
	await changed.promise;
	clearInterval(editor);
	changed = Promise.withResolvers<void>();
	await mkdir(join(folder, "lib"));
	await write("lib/x.ts", "export {};");
	await changed.promise;
});

test("a file that was too slow, or ended its process, is asked again", async () => {
	const { catalogue, folder, write } = await aFolder(
		{
			"good.ts": aPipeline("good"),
			"slow.ts": aPipeline(
				"slow",
				'import { appendFileSync, readdirSync } from "node:fs"; appendFileSync(import.meta.dirname + "/.asked", "x"); while (!readdirSync(import.meta.dirname).includes(".ready"));',
			),
			"dies.ts": aPipeline(
				"dies",
				'import { readdirSync } from "node:fs"; if (!readdirSync(import.meta.dirname).includes(".ready")) process.kill(process.pid, "SIGKILL");',
			),
		},
		{ timeoutMs: 4000 },
	);
	const kinds = async () =>
		(await catalogue.list()).map(({ kind }) => kind).sort();
	expect(await kinds()).toEqual(["broken", "broken", "pipeline"]);
	const asked = () => readFile(join(folder, ".asked"), "utf8");
	const before = await asked();
	await catalogue.plan({ ...occasion, pipeline: "good" });
	expect(await asked()).toBe(before);
	// The machine has time again. Names that begin with a dot are no change of the folder.
	await write(".ready", "");
	expect(await kinds()).toEqual(["pipeline", "pipeline", "pipeline"]);
	expect(await catalogue.list()).toBe(await catalogue.list());
});

test("a file that is wrong is not asked again until it changes", async () => {
	const { catalogue } = await aFolder({
		"bad.ts": "boom(",
		"twin.ts": aPipeline("same"),
		"other.ts": aPipeline("same"),
	});
	expect(await catalogue.list()).toBe(await catalogue.list());
});

test("two hundred files need one process", async () => {
	const names = Array.from({ length: 200 }, (_, index) => `p${index}`);
	const { catalogue } = await aFolder({
		...Object.fromEntries(
			names.map((name) => [
				`${name}.ts`,
				aPipeline(name, `globalThis.seen = (globalThis.seen ?? 0) + 1;`),
			]),
		),
		"zz.ts": `import { pipeline } from "berth";
export default pipeline(\`seen-\${globalThis.seen}\`, {}, () => {});`,
	});
	const entries = await catalogue.list();
	expect(entries).toHaveLength(201);
	expect(entries.at(-1)?.name).toBe("seen-200");
});

test("a folder that is not there is told with the command that makes it", async () => {
	const { catalogue, folder } = await aFolder({});
	await rm(folder, { recursive: true });
	const [entry] = await catalogue.list();
	expect(entry).toMatchObject({
		kind: "broken",
		message: expect.stringContaining("berth init"),
	});
	await expect(readFile(folder)).rejects.toThrow();
});

test("closing keeps nobody waiting for a pipeline that hangs", async () => {
	const hangs = { "a.ts": aPipeline("a", "await new Promise(() => {});") };
	const { catalogue } = await aFolder(hangs, { timeoutMs: 60_000 });
	const asked = catalogue.list();
	const answer = expect(asked).rejects.toThrow("was closed");
	await catalogue.close();
	await answer;
	await expect(catalogue.list()).rejects.toThrow("was closed");
});
