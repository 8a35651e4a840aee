import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { initFolder } from "../../orchestrator/define/init.ts";
import { aFolder } from "../define/pipelines-folder.ts";
import { containerIn, edgesOf } from "../define/plan-of.ts";
import { imported, notesOf, planned, refusal } from "./rig.ts";

const tsc = (folder: string) =>
	promisify(execFile)(process.execPath, [
		join(import.meta.dirname, "../../node_modules/typescript/bin/tsc"),
		"-p",
		folder,
	]).then(
		() => "no errors",
		({ stdout }: { stdout: string }) => stdout,
	);

/** A dvc.yaml of these stages. */
const stages = (text: string) => ({ "dvc.yaml": `stages:\n${text}` });

describe("what a stage needs", () => {
	test("from another stage is that task's output, also a part of it, also all in a folder", async () => {
		const repo = stages(`
  last: { cmd: c, deps: [data/a/part.csv, data, model.bin] }
  one: { cmd: a, outs: [data/a] }
  two: { cmd: b, outs: [data/b, model.bin], deps: [data/a] }
`);
		const plan = await planned(repo);
		expect(edgesOf(plan)).toEqual({
			one: [],
			two: ["one"],
			last: ["one", "two"],
		});
		const { in: inputs, command } = containerIn(plan, "last");
		expect(inputs).toEqual({
			a: { from: "output", task: "one", output: "a" },
			b: { from: "output", task: "two", output: "b" },
			model: { from: "output", task: "two", output: "model" },
		});
		expect(command.join(" ")).toContain(
			"in data/a/part.csv a/a/part.csv in data/a a/a in data/b b/b in model.bin model/model.bin",
		);
		expect(notesOf(repo)).toEqual([
			expect.stringMatching(
				/^last deps\.data: of this folder .*data\/a, data\/b/,
			),
		]);
	});

	test("from the repository is an input from the data directory, so that its contents count", async () => {
		const repo = stages("  one: { cmd: a, deps: [src, src/a.py] }");
		expect(containerIn(await planned(repo), "one").in).toEqual({
			src: { from: "path", path: "dvc/repo/src" },
			a: { from: "path", path: "dvc/repo/src/a.py" },
		});
		expect(imported(repo, ["lib"]).files).toEqual(["src", "src/a.py", "lib"]);
	});

	test("is not there when it is a URL or lies elsewhere, and that is told", () => {
		expect(
			notesOf(
				stages(
					"  one: { cmd: a, deps: [s3://bucket/x, /abs, ../up], outs: [/abs] }",
				),
			),
		).toEqual([
			expect.stringContaining(
				"one outs./abs: lies outside the repository, so it is not published",
			),
			expect.stringContaining("one deps.s3://bucket/x: is a URL"),
			expect.stringContaining("one deps./abs: lies outside the repository"),
			expect.stringContaining("one deps.../up: lies outside"),
		]);
	});

	test("and DVC tracks, has to be pulled", () => {
		const repo = {
			...stages("  one: { cmd: a, deps: [data/raw/x.csv] }"),
			"data/raw.dvc": "outs: []",
		};
		expect(notesOf(repo)).toEqual([
			expect.stringContaining(
				'- data/raw.dvc: DVC tracks this data. Get it with "dvc pull data/raw.dvc"',
			),
		]);
	});
});

test("a stage is taken over when nothing that it needs has changed, as in DVC", async () => {
	const plan = await planned(
		stages(`
  ordinary: { cmd: a, deps: [x], outs: [y] }
  checks: { cmd: a, deps: [x] }
  always: { cmd: a, deps: [x], outs: [z], always_changed: true }
  bare: { cmd: a }
`),
	);
	const kinds = plan.tasks.map(({ work }) =>
		work.kind === "container" ? work.cache?.kind : null,
	);
	expect(kinds).toEqual(["always", "always", "never", "never"]);
});

describe("params", () => {
	const repo = {
		...stages(`
  one: { cmd: "./a --lr \${train.lr} \${flag}", params: [train.lr, train.deep] }
  two: { cmd: b, params: [{ conf/model.json: [kind] }, { conf/model.json: [deep.x] }] }
  three: { cmd: c, deps: [params.yaml] }
  four: { cmd: d, outs: ["\${place}"], params: [place] }
`),
		"params.yaml":
			"train: { lr: 1.0, deep: { on: true, words: [a] } }\nflag: x\nplace: here\nodd key: 1\n",
		"conf/model.json": '{"kind": null, "deep": {"x": 1}, "more": 2}',
	};

	test("are the pipeline's, with types and defaults, and each task gets those that it names", async () => {
		const plan = await planned(repo);
		expect(containerIn(plan, "one")).toMatchObject({
			params: { train: { lr: 1, deep: { on: true, words: ["a"] } } },
			command: expect.arrayContaining(["./a --lr 1 x"]),
		});
		expect(containerIn(plan, "two").params).toEqual({
			kind: null,
			deep: { x: 1 },
		});
		expect(containerIn(plan, "two").command.slice(0, 3)).toEqual([
			"params",
			"conf/model.json",
			"-",
		]);
		expect(containerIn(plan, "three")).toMatchObject({
			in: {},
			env: { PARAMS_1: expect.stringContaining('"odd key": 1') },
		});
	});

	test("can be told, also where a template has them", async () => {
		const plan = await planned(repo, {
			train: { lr: 0.5 },
			flag: "y",
			conf_model: { kind: "cart" },
		});
		expect(containerIn(plan, "one").command).toContain("./a --lr 0.5 y");
		expect(containerIn(plan, "one").params).toMatchObject({
			train: { lr: 0.5, deep: { on: true } },
		});
		expect(containerIn(plan, "two").params).toMatchObject({ kind: "cart" });
		await expect(planned(repo, { train: { lr: "much" } })).rejects.toThrow(
			/param "train\.lr" cannot be/,
		);
		await expect(planned(repo, { train: { rl: 1 } })).rejects.toThrow(/rl/);
	});

	test("that a path depends on are written down, and told", async () => {
		expect(containerIn(await planned(repo), "four").params).toEqual({
			place: "here",
		});
		await expect(planned(repo, { place: "there" })).rejects.toThrow(
			'no param "place"',
		);
		expect(notesOf(repo)).toEqual([
			expect.stringContaining(
				"written into the page and no params of it: params.yaml: place. To change one, import again",
			),
			expect.stringContaining(
				"no stage names these values, so they are no params of the pipeline and no task gets them: conf/model.json: more",
			),
		]);
	});

	test("of a file in another language come with the whole file; missing ones are told", async () => {
		const odd = {
			...stages(
				"  one: { cmd: a, params: [lr, { params.py: [seed] }, { no.yaml: [x] }] }",
			),
			"params.py": "seed = 1",
			"params.yaml": "seed: 1",
		};
		expect(containerIn(await planned(odd), "one").in).toEqual({
			params: { from: "path", path: "dvc/repo/params.py" },
		});
		expect(notesOf(odd)).toEqual([
			expect.stringContaining("one params.lr: params.yaml has no such value"),
			expect.stringContaining(
				"one params.params.py: it is no YAML or JSON file",
			),
			expect.stringContaining("one params.no.yaml: there is no such file"),
			expect.stringContaining("- params: no stage names these values"),
		]);
	});
});

describe("what has no counterpart is told, with stage and key, on the list and on the page", () => {
	const cases: readonly (readonly [string, string])[] = [
		["  one: { cmd: a, frozen: true }", "one frozen"],
		["  one: { cmd: a, meta: { by: me } }", "one meta"],
		["  one: { cmd: a, live: { dvclive: { html: true } } }", "one live"],
		["  one: { cmd: a, surprise: 1 }", "one surprise"],
		["  one: { foreach: [1], do: { cmd: a }, else: 2 }", "one else"],
		[
			"  one: { cmd: a, outs: [{ x: { persist: true } }] }",
			"one outs.x.persist",
		],
		[
			"  one: { cmd: a, outs: [{ x: { checkpoint: true } }] }",
			"one outs.x.checkpoint",
		],
		["  one: { cmd: a, outs: [{ x: { remote: r } }] }", "one outs.x.remote"],
		["  one: { cmd: a, outs: [{ x: { push: false } }] }", "one outs.x.push"],
		["  one: { cmd: a, outs: [{ x: { type: model } }] }", "one outs.x.type"],
		[
			"  one: { cmd: a, plots: [{ x: { template: t } }] }",
			"one plots.x.template",
		],
		["  one: { cmd: a, metrics: [a.json, b.json] }", "one metrics"],
		["  one: { cmd: curl https://x }", "one cmd"],
		["  one: { cmd: a }\nartifacts: { m: { path: x } }", "- artifacts"],
		["  one: { cmd: a }\ndatasets: []", "- datasets"],
		["  one: { cmd: a }\nplots: [x.csv]", "- plots"],
		["  one: { cmd: a }\nelsewhere: 1", "- elsewhere"],
	];

	test.each(cases)("%s", (text, told) => {
		const repo = stages(text);
		const [note = ""] = notesOf(repo).filter((line) =>
			line.startsWith(`${told}: `),
		);
		expect(note, notesOf(repo).join("\n")).not.toBe("");
		expect(imported(repo).page).toContain(note.slice(`${told}: `.length));
	});

	test("and nothing else is", () => {
		expect(
			notesOf(
				stages(
					"  one: { cmd: a, desc: d, deps: [x], outs: [{ y: { cache: false, push: true, persist: false } }], metrics: [m.json], frozen: false }",
				),
			),
		).toEqual([]);
	});
});

test("the page is safe whatever a command, a path or a description holds, and type-checks", async () => {
	const cmd = `echo \`id\` \${HOME} "$x" 'y' \\\\ */ \u2028 </script> 😀 $' && true`;
	const repo = {
		"dvc.yaml": JSON.stringify({
			stages: {
				import: {
					cmd: cmd.replaceAll("${", "\\${"),
					outs: [`a \`b\` \${c}`.replaceAll("${", "\\${")],
					desc: "*/ }); process.exit() \n // x",
				},
				params: {
					cmd: `x \${a.b-c} ${cmd.replaceAll("${", "\\${")}`,
					deps: [`a \`b\` \\\${c}/in`],
					params: ["a"],
				},
				container: { cmd: "y", deps: ["quo'te"], outs: ["class"] },
				"2nd stage!": { cmd: "z", deps: ["class"] },
			},
		}),
		"params.yaml": "a: { b-c: 1 }",
	};
	const plan = await planned(repo);
	expect(containerIn(plan, "import").command.at(-1)).toBe(cmd);
	expect(containerIn(plan, "params").command.at(-1)).toBe(`x 1 ${cmd}`);
	expect(containerIn(plan, "import").command).toContain(`a \`b\` \${c}`);
	expect(edgesOf(plan)).toMatchObject({
		params: ["import"],
		"2nd-stage-": ["container"],
	});
	const { folder } = await aFolder({ "repo.ts": imported(repo).page });
	await initFolder(folder);
	expect(await tsc(folder)).toBe("no errors");
});

test("what is no dvc.yaml is refused with file and line", () => {
	expect(refusal({})).toBe("There is no file dvc.yaml. Name a dvc.yaml.");
	expect(refusal({ "dvc.yaml": "a:\n  - b\n c: d" })).toMatch(
		/^dvc\.yaml:3 is not YAML: .*\.$/,
	);
	expect(
		refusal({ ...stages("  a: { cmd: b }"), "params.yaml": "__proto__: 1" }),
	).toBe('params.yaml cannot be read: it has a key "__proto__".');
	expect(
		refusal({ ...stages("  a: { cmd: b }"), "params.yaml": "x: .nan" }),
	).toContain('"x" is NaN, which JSON does not have');
	expect(refusal({ "dvc.yaml": "a: 1" })).toBe(
		'dvc.yaml has no stages. Name a dvc.yaml with a section "stages:".',
	);
	expect(refusal(stages("  a:\n    cmd: 3"))).toBe(
		'dvc.yaml:3, "stages.a.cmd": wanted a command, or a list of commands.',
	);
	expect(refusal(stages("  a:\n    outs: [x]"))).toMatch(
		/^dvc\.yaml:\d+, "stages\.a\.cmd": wanted a command/,
	);
	expect(refusal(stages("  a: { cmd: b, deps: x }"))).toContain(
		'"stages.a.deps": wanted a list of paths.',
	);
	expect(refusal(stages(`  a: { cmd: 'b \${lr}' }`))).toMatch(
		/^dvc\.yaml:2, stage "a": \$\{lr\} is in no params file/,
	);
	expect(refusal(stages("  a: { foreach: x, do: { cmd: b } }"))).toContain(
		"foreach wants a list or a dictionary",
	);
	expect(refusal({ ...stages("  a: { cmd: b }"), "params.yaml": "{" })).toMatch(
		/^params\.yaml:\d+ is not YAML/,
	);
	expect(refusal(stages("  a: { cmd: b, wdir: ../x }"))).toContain(
		"its wdir leaves the repository",
	);
	expect(refusal(stages("  a: { cmd: x, vars: [no.yaml] }"))).toContain(
		"its vars name no.yaml",
	);
});

test("stages that need each other, or write one path, are refused with their names", () => {
	expect(
		refusal(
			stages(
				"  a: { cmd: x, deps: [c], outs: [a] }\n  b: { cmd: x, deps: [a], outs: [b] }\n  c: { cmd: x, deps: [b], outs: [c] }",
			),
		),
	).toBe(
		"dvc.yaml:2: stages need each other in a circle: a needs c needs b needs a. Take one of these deps out.",
	);
	expect(refusal(stages("  a: { cmd: x, deps: [a], outs: [a] }"))).toContain(
		"a needs a",
	);
	expect(
		refusal(stages("  a: { cmd: x, outs: [o] }\n  b: { cmd: x, outs: [o/p] }")),
	).toBe(
		'dvc.yaml:3, stage "b" writes o/p, and stage "a" writes o, which overlaps o/p. Give each output a path of its own.',
	);
});
