import { expect, test } from "vitest";
import {
	differences,
	type Made,
} from "../../orchestrator/model/differences.ts";
import { fileChanges } from "../../orchestrator/model/file-changes.ts";
import { stampChanges } from "../../orchestrator/model/input-differences.ts";
import { mostSimilar } from "../../orchestrator/model/most-similar.ts";
import type { Recipe } from "../../orchestrator/model/recipe.ts";
import type { FileStamp, Source } from "../../orchestrator/model/task-state.ts";
import type { DataPath, ObjectHash } from "../../orchestrator/model/words.ts";

const RECIPE: Recipe = {
	contract: 1,
	image: { id: "sha256:1", key: "4f1c22aa00" },
	entrypoint: null,
	command: ["train", "--seed", "42"],
	env: { LEVEL: "info" },
	workdir: null,
	user: null,
	params: {},
	in: {},
	out: ["model"],
};

const made = (
	recipe: Partial<Recipe> = {},
	other: Partial<Made> = {},
): Made => ({
	recipe: { ...RECIPE, ...recipe },
	params: {},
	ds: "2026-11-20",
	...other,
});

const told = (before: Made, after: Made): readonly string[] =>
	differences(before, after).map(({ sentence }) => sentence);

const work = { image: "trainer", command: [], env: {} };

const stamp = (as: string, more: Partial<FileStamp> = {}): FileStamp => ({
	path: `raw/1/${as}` as DataPath,
	as,
	ino: 1,
	size: 10,
	mtimeMs: 5,
	ctimeMs: 5,
	...more,
});

const files = (...stamps: FileStamp[]): Source => ({
	kind: "files",
	files: stamps,
});

test("an input or a variable may have a name that every object answers to", () => {
	const source = files(stamp("a.csv"));
	expect(
		told(
			made(),
			made({
				in: { constructor: { source, contents: "1" } },
				env: { LEVEL: "info", toString: "x" },
			}),
		),
	).toEqual([
		"env toString added: x",
		"input constructor: added (raw/1/a.csv)",
	]);
});

test("what is the same has no differences, whatever its run was asked for", () => {
	expect(
		told(made({}, { params: { seed: 1 } }), made({}, { params: { seed: 2 } })),
	).toEqual([]);
});

test("an image that was rebuilt is named by the plan's word", () => {
	const after = made(
		{ image: { id: "sha256:2", key: "9ab0c1ff11" } },
		{ work },
	);
	expect(told(made({}, { work }), after)).toEqual([
		"image trainer has changed (key 4f1c22aa… → 9ab0c1ff…)",
	]);
	const other = { ...work, image: "preprocessor" };
	expect(told(made({}, { work: other }), after)).toEqual([
		"image preprocessor → trainer (key 4f1c22aa… → 9ab0c1ff…)",
	]);
});

test("params that a task reads are named with both values, wherever they lie", () => {
	expect(
		told(
			made({ params: { model: { depth: 8, kind: "cart" }, old: true } }),
			made({ params: { model: { depth: 10, kind: "cart" }, rows: [1, 2] } }),
		),
	).toEqual([
		"param model.depth 8 → 10",
		"param old removed (was true)",
		"param rows added: [1,2]",
	]);
});

test("params that only stand in another order are told, and so is one that holds nothing", () => {
	const steps = { scale: true, fit: { depth: 3 } };
	const turned = { fit: { depth: 3 }, scale: true };
	expect(
		told(made({ params: { steps } }), made({ params: { steps: turned } })),
	).toEqual([
		"params in another order: steps.scale, steps.fit.depth → steps.fit.depth, steps.scale",
	]);
	expect(told(made(), made({ params: { steps: {} } }))).toEqual([
		"param steps added: {}",
	]);
});

test("a word that a param was put into is told as that param", () => {
	const before = made({}, { params: { seed: 42 } });
	const after = made(
		{ command: ["train", "--seed", "43"] },
		{ params: { seed: 43 } },
	);
	expect(differences(before, after)).toEqual([
		{
			kind: "param",
			name: "seed",
			before: 42,
			after: 43,
			sentence: "param seed 42 → 43 (in its command)",
		},
	]);
});

test("one param in several places is told once", () => {
	const of = (model: string): Made =>
		made(
			{ command: [`--model=${model}`], env: { MODEL: model } },
			{ params: { model } },
		);
	expect(told(of("cart"), of("logistic"))).toEqual([
		"param model cart → logistic (in its command and env MODEL)",
	]);
});

test("of two params that changed alike, the word before the value tells which it is", () => {
	const of = (seed: number, depth: number): Made =>
		made(
			{ command: ["--depth", `${depth}`, "--seed", `${seed}`] },
			{ params: { seed, depth } },
		);
	expect(told(of(4, 4), of(8, 8))).toEqual([
		"param depth 4 → 8 (in its command)",
		"param seed 4 → 8 (in its command)",
	]);
});

test("words that no param explains are shown", () => {
	const params = { seed: 42 };
	const before = made({}, { params });
	expect(told(before, made({ command: ["train", "--seed", "43"] }))).toEqual([
		"command: --seed 42 → --seed 43",
	]);
	expect(
		told(before, made({ command: ["train", "--fast", "--seed", "42"] })),
	).toEqual(["command: --fast added"]);
	expect(told(before, made({ command: ["train"] }))).toEqual([
		"command: --seed 42 removed",
	]);
});

test("a param that changed does not explain a word that changed otherwise", () => {
	const before = made({}, { params: { seed: 42 } });
	const after = made(
		{ command: ["train", "--seed", "44"] },
		{ params: { seed: 43 } },
	);
	expect(told(before, after)).toEqual(["command: --seed 42 → --seed 44"]);
});

test("the run's date, a variable and another task's result are named as what they are", () => {
	const of = (ds: string, path: string, rows: string): Made => ({
		...made({ command: ["--date", ds, path, rows] }),
		ds,
		vars: { model_path: path },
		work: {
			image: "i",
			command: ["", "", "", { $ref: ["prepare", "result", "rows"] }],
			env: {},
		},
	});
	expect(
		told(of("2026-11-20", "models/a", "7"), of("2026-11-21", "models/b", "8")),
	).toEqual([
		"the run's date 2026-11-20 → 2026-11-21 (in its command)",
		"variable model_path models/a → models/b (in its command)",
		"prepare.result.rows 7 → 8 (in its command)",
	]);
});

test("variables of the environment are told when they come, go or change", () => {
	expect(
		told(
			made({ env: { A: "1", B: "x", C: "c" } }),
			made({ env: { A: "2", C: "c", D: "two words" } }),
		),
	).toEqual([
		"env A: 1 → 2",
		"env B removed (was x)",
		'env D added: "two words"',
	]);
});

test("an input is told by its path, and not at all when only its path is another one", () => {
	const of = (path: string, contents: string): Made =>
		made({
			in: {
				raw: {
					source: {
						kind: "file",
						file: stamp("data.csv", { path: path as DataPath }),
					},
					contents,
				},
			},
		});
	expect(told(of("raw/1.csv", "a"), of("raw/2.csv", "a"))).toEqual([]);
	expect(told(of("raw/1.csv", "a"), of("raw/1.csv", "b"))).toEqual([
		"input raw: raw/1.csv has new content",
	]);
	expect(told(of("raw/1.csv", "a"), of("raw/2.csv", "b"))).toEqual([
		"input raw: raw/2.csv has other content than raw/1.csv",
	]);
	expect(told(made(), of("raw/2.csv", "b"))).toEqual([
		"input raw: added (raw/2.csv)",
	]);
	expect(told(of("raw/2.csv", "b"), made())).toEqual([
		"input raw: removed (was raw/2.csv)",
	]);
});

test("which of an input's files changed is told where it is known", () => {
	const of = (contents: string): Made =>
		made({
			in: {
				raw: {
					source: {
						kind: "object",
						object: contents as ObjectHash,
						inside: null,
						path: "raw/1" as DataPath,
					},
					contents,
				},
			},
		});
	const file = (path: string, sha256: string) => ({
		path,
		sha256,
		executable: false,
	});
	const changes = fileChanges(
		[file("a", "1"), file("b", "1"), file("c", "1")],
		[file("b", "1"), file("c", "2"), file("d", "1")],
	);
	expect(
		differences(of("a"), of("b"), { raw: changes }).map((d) => d.sentence),
	).toEqual([
		"input raw: raw/1 has new content (c changed, d added, a removed)",
	]);
});

test("copies of many files from outside are named by their folder", () => {
	const of = (contents: string): Made =>
		made({
			in: {
				raw: {
					source: {
						kind: "object",
						object: contents as ObjectHash,
						inside: null,
						copies: { of: "inbox/many" as DataPath, files: 3000 },
					},
					contents,
				},
			},
		});
	expect(differences(of("a"), of("b")).map((d) => d.sentence)).toEqual([
		"input raw: inbox/many has new content",
	]);
});

test("of files that cannot be read any more as they were, only one that alone was written again is surely the changed one", () => {
	const was = files(stamp("a"), stamp("b"));
	expect(stampChanges(was, files(stamp("a"), stamp("b", { ino: 2 })))).toEqual({
		added: [],
		removed: [],
		changed: ["b"],
	});
	expect(
		stampChanges(
			was,
			files(stamp("a", { mtimeMs: 6 }), stamp("b", { ino: 2 })),
		),
	).toMatchObject({ changed: [], written: ["a", "b"] });
	expect(stampChanges(was, files(stamp("a"), stamp("c")))).toMatchObject({
		added: ["c"],
		removed: ["b"],
	});
});

test("everything else that a recipe holds is told", () => {
	expect(
		told(
			made({ out: ["model"] }),
			made({
				entrypoint: ["/bin/sh", "-c"],
				workdir: "/app",
				user: "7:7",
				out: ["model", "plot"],
				contract: 2,
			}),
		),
	).toEqual([
		"entrypoint: none → /bin/sh -c",
		"workdir: none → /app",
		"user: none → 7:7",
		"outputs: model → model plot",
		"version of the task contract: 1 → 2",
	]);
});

test("the most similar attempt is the newest of those with the fewest differences", () => {
	const of = (seed: string, level: string, gave = true) => ({
		...made({ command: ["--seed", seed], env: { LEVEL: level } }),
		gave,
	});
	const after = made({ command: ["--seed", "1"], env: { LEVEL: "info" } });
	const [both, newer, older] = [
		of("2", "warn"),
		of("3", "info"),
		of("4", "info"),
	];
	expect(mostSimilar([both, newer, older], after)).toMatchObject({
		attempt: newer,
		differences: [{ kind: "command" }],
	});
	expect(mostSimilar([], after)).toBeNull();
	const [failed, good] = [of("1", "info", false), of("1", "info")];
	expect(mostSimilar([failed, good], after)?.attempt).toBe(good);
});

test("the date that it is told is the run's", () => {
	const on = (ds: string) => made({ surroundings: { BERTH_DS: [ds] } });
	const change = differences(on("2026-11-20"), on("2026-11-21"));
	expect(change).toEqual([
		{
			kind: "date",
			name: "ds",
			before: "2026-11-20",
			after: "2026-11-21",
			sentence: "the run's date 2026-11-20 → 2026-11-21 (in $BERTH_DS)",
		},
	]);
});

test("what it meets in its container beside that is named by its option", () => {
	const at = { target: "/x", readOnly: true };
	const mounts = [{ source: "/a", ...at }];
	expect(
		told(
			made({ surroundings: { network: ["bridge"], mounts } }),
			made({ surroundings: { mounts: [{ source: "/b", ...at }] } }),
		),
	).toEqual([
		"network: bridge → none",
		'mounts: {"source":"/a","target":"/x","readOnly":true} → {"source":"/b","target":"/x","readOnly":true}',
	]);
});
