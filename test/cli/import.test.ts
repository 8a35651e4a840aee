import { execFileSync } from "node:child_process";
import { cp, mkdir, readdir, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import type { RunView } from "../../orchestrator/api/views.ts";
import { aHome, type Home } from "../rig/berth-process.ts";
import { describeWithEngine } from "../rig/engine.ts";

const BASE = "node:24-bookworm-slim";

/** Code that imports other code, a folder and a single file as outputs, params, metrics, a loop, quotes that hurt. */
const REPO = {
	"dvc.yaml": `stages:
  prepare:
    cmd: node src/prepare.mjs data/raw.csv data/prepared
    deps: [src/prepare.mjs, src/csv.mjs, data/raw.csv]
    params: [prepare.keep]
    outs: [data/prepared]
  train:
    foreach: [plus, times]
    do:
      cmd:
        - node src/train.mjs \${item} model-\${item}.json
        - echo "it's \\\`done\\\` for $HOME" > notes-\${item}.txt
      deps: [src/train.mjs, data/prepared/rows.csv]
      params: [train]
      outs:
        - model-\${item}.json
        - notes-\${item}.txt
  evaluate:
    wdir: report
    cmd: cat ../model-plus.json ../model-times.json > all.txt && echo '{"models":2,"by":{"hand":0.5}}' > scores.json
    deps: [../model-plus.json, ../model-times.json]
    outs: [all.txt]
    metrics:
      - scores.json:
          cache: false
`,
	"params.yaml":
		'{ "prepare": { "keep": 2 }, "train": { "lr": 1.0e-7, "name": "x: [1]" } }\n',
	"data/raw.csv": "a\n1\n2\n3\n",
	"src/csv.mjs":
		'export const rowsOf = (text) => text.trim().split("\\n").slice(1);\n',
	"src/prepare.mjs": `import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { rowsOf } from "./csv.mjs";
const [from, to] = process.argv.slice(2);
const { keep } = JSON.parse(readFileSync("params.yaml", "utf8")).prepare;
mkdirSync(to, { recursive: true });
writeFileSync(to + "/rows.csv", rowsOf(readFileSync(from, "utf8")).slice(0, keep).join("\\n"));
`,
	"src/train.mjs": `import { readFileSync, writeFileSync } from "node:fs";
const [how, to] = process.argv.slice(2);
const { train } = JSON.parse(readFileSync("params.yaml", "utf8"));
const rows = readFileSync("data/prepared/rows.csv", "utf8").split("\\n").map(Number);
writeFileSync(to, JSON.stringify({ how, sum: rows.reduce((a, b) => a + b), lr: train.lr * 1, name: train.name }));
`,
};

async function aRepo(): Promise<Home> {
	const home = await aHome({ BERTH_RUNTIME: "docker" });
	for (const [path, text] of Object.entries(REPO))
		await home.write(`repo/${path}`, text);
	await mkdir(home.at("repo/report"));
	await mkdir(home.at("repo/.dvc"));
	return home;
}

/** Every stage's command in the repository's own folder, one after the other. */
function byHand(folder: string): void {
	const sh = (cmd: string, cwd = folder) =>
		execFileSync("sh", ["-c", cmd], {
			cwd,
			env: {
				HOME: "/tmp",
				PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
			},
		});
	sh("node src/prepare.mjs data/raw.csv data/prepared");
	for (const item of ["plus", "times"]) {
		sh(`node src/train.mjs ${item} model-${item}.json`);
		sh(`echo "it's \\\`done\\\` for $HOME" > notes-${item}.txt`);
	}
	sh(
		"cat ../model-plus.json ../model-times.json > all.txt",
		`${folder}/report`,
	);
	sh(`echo '{"models":2,"by":{"hand":0.5}}' > scores.json`, `${folder}/report`);
}

/** Where a stage wrote it → where it is published. */
const PUBLISHED = {
	"data/prepared/rows.csv": "prepare/prepared/prepared/rows.csv",
	"model-plus.json": "train-plus/model_plus/model-plus.json",
	"model-times.json": "train-times/model_times/model-times.json",
	"notes-plus.txt": "train-plus/notes_plus/notes-plus.txt",
	"notes-times.txt": "train-times/notes_times/notes-times.txt",
	"report/all.txt": "evaluate/all/all.txt",
	"report/scores.json": "evaluate/scores/scores.json",
};

describeWithEngine("an imported dvc.yaml", () => {
	test("runs in containers, and leaves what its commands leave by hand", async () => {
		const home = await aRepo();
		const told = await home.berth("import", "repo/dvc.yaml", "--image", BASE);
		expect(told).toMatchObject({ code: 0, stderr: "" });
		expect(told.stdout).toContain("Everything was translated.");
		const [, copying = ""] = /^ {2}(mkdir .*)$/m.exec(told.stdout) ?? [];
		execFileSync("sh", ["-c", copying]);
		expect(await home.berth("check")).toMatchObject({ code: 0 });
		const run = await home.berth("run", "repo", "--json");
		expect(
			run,
			(await home.berth("logs", "repo", "prepare")).stderr,
		).toMatchObject({ code: 0 });

		await cp(home.at("repo"), home.at("by-hand"), { recursive: true });
		byHand(home.at("by-hand"));
		for (const [wrote, published] of Object.entries(PUBLISHED))
			expect(
				await readFile(home.at("data/repo", published), "utf8"),
				wrote,
			).toBe(await readFile(home.at("by-hand", wrote), "utf8"));
		expect(await readdir(home.at("data/repo/prepare/prepared"))).toEqual([
			"prepared",
		]);
		const { tasks } = JSON.parse(run.stdout) as RunView;
		expect(tasks.find(({ name }) => name === "evaluate")?.result).toEqual({
			models: 2,
			by: { hand: 0.5 },
		});
	});

	test("runs again only what an edited program, or another param, concerns", async () => {
		const home = await aRepo();
		await home.berth("import", "repo/dvc.yaml", "--image", BASE);
		await cp(home.at("repo"), home.at("data/dvc/repo"), {
			recursive: true,
			filter: (path) => !path.endsWith(".dvc"),
		});
		const ran = async (...more: string[]) => {
			const { tasks } = await home.json<RunView>("run", "repo", ...more);
			return tasks.flatMap(({ name, attempts }) =>
				attempts.some(({ startedAt }) => startedAt !== null) ? [name] : [],
			);
		};
		const all = ["prepare", "train-plus", "train-times", "evaluate"];
		expect(await ran()).toEqual(all);
		expect(await ran()).toEqual([]);
		expect(await ran("--set", "train.name=other")).toEqual(all.slice(1));
		await home.write(
			"data/dvc/repo/src/prepare.mjs",
			`// edited, to the same effect\n${REPO["src/prepare.mjs"]}`,
		);
		expect(await ran()).toEqual(["prepare"]);
	});
});

test("an existing page is replaced only when asked", async () => {
	const home = await aHome();
	await home.write("repo/dvc.yaml", "stages: { a: { cmd: echo } }");
	const args = ["import", "repo/dvc.yaml", "--image", "tool", "--name", "x"];
	expect(await home.berth(...args)).toMatchObject({ code: 0 });
	await home.write("pipelines/x.ts", "mine");
	expect(await home.berth(...args)).toMatchObject({
		code: 1,
		stderr: expect.stringMatching(/pipelines\/x\.ts is there already.*--force/),
	});
	expect(await readFile(home.at("pipelines/x.ts"), "utf8")).toBe("mine");
	expect(await home.berth(...args, "--force")).toMatchObject({ code: 0 });
	expect(await readFile(home.at("pipelines/x.ts"), "utf8")).toContain(
		"pipeline(",
	);
});

test("a file, an image and a name that cannot be are told in a sentence", async () => {
	const home = await aHome();
	await home.write("repo/dvc.yaml", "stages: { a: { cmd: echo } }");
	const refused = async (...more: string[]) => {
		const { code, stderr } = await home.berth("import", ...more);
		expect(code).toBe(2);
		return stderr;
	};
	const file = "repo/dvc.yaml";
	expect(await refused(file)).toContain("--image <image>");
	expect(await refused("no/dvc.yaml", "--image", "tool")).toContain(
		`There is no file ${home.at("no/dvc.yaml")}. Name a dvc.yaml, or the folder that has one.`,
	);
	expect(await refused("repo", "--image", "a b")).toContain(
		'"a b" is no name of an image',
	);
	expect(await refused(file, "--image", "a b")).toContain(
		'"a b" is no name of an image',
	);
	expect(await refused(file, "--image", "tol")).toContain(
		'Did you mean "tool"?',
	);
	expect(await refused(file, "--image", "tool", "--name", "a b")).toContain(
		"is no name for a pipeline",
	);
	expect(
		await refused(file, "--image", "tool", "--name", "x", "--data", "x/y"),
	).toContain("publishes");
	expect(await refused(file, "--image", "tool", "--data", "../y")).toContain(
		"is not a path below the data directory",
	);
	expect(await refused(file, "--image", "tool", "--also", "/etc")).toContain(
		"outside the repository",
	);
	expect(await readdir(home.at("pipelines"))).toEqual([]);
});
