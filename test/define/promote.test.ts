import { expect, test } from "vitest";
import type { Context } from "../../orchestrator/define/authoring.ts";
import { checkFolder } from "../../orchestrator/define/check.ts";
import { pipeline, z } from "../../orchestrator/define/index.ts";
import { aFolder } from "./pipelines-folder.ts";
import { containerIn, edgesOf, planOf, taskIn } from "./plan-of.ts";

type Make = (context: Context<Record<never, never>>) => void;

const planned = (make: Make) => planOf(pipeline("p", {}, make));

const refusal = (make: Make): Promise<string> =>
	planned(make).then(
		() => "nothing was refused",
		(error: Error & { task?: string }) => `${error.task}: ${error.message}`,
	);

const image = "x";

test("a task's output is promoted once it is made, and after what else it waits for", async () => {
	const plan = await planned(({ container, promote }) => {
		const train = container("train", { image, out: { model: "models/1" } });
		const validate = container("validate", { image, after: [train] });
		promote(train.out.model, "models/production", { after: [validate] });
	});
	expect(taskIn(plan, "promote-models-production")).toEqual({
		name: "promote-models-production",
		work: {
			kind: "promote",
			from: { from: "output", task: "train", output: "model" },
			to: "models/production",
		},
		after: ["validate", "train"],
		join: "all-succeeded",
		retries: { times: 0, backoffMs: 30_000 },
	});
});

test("a publication, a path and another promotion can be promoted, and a path may be known only later", async () => {
	const plan = await planned(({ container, publication, promote }) => {
		const best = container("best", { image, result: { day: z.string() } });
		const found = publication("found", { of: "models/found" });
		promote(found, "a");
		const b = promote("models/1", "b");
		promote(b, "c");
		promote(`models/${best.result.day}`, "d");
	});
	const from = plan.tasks.flatMap(({ work }) =>
		work.kind === "promote" ? [work.from] : [],
	);
	expect(from).toEqual([
		{ from: "sensor", task: "found" },
		{ from: "path", path: "models/1" },
		{ from: "output", task: "promote-b", output: "promoted" },
		{
			from: "path",
			path: { $text: ["models/", { $ref: ["best", "result", "day"] }] },
		},
	]);
	expect(edgesOf(plan)).toMatchObject({
		"promote-a": ["found"],
		"promote-b": [],
		"promote-c": ["promote-b"],
		"promote-d": ["best"],
	});
});

test("what it gives is an input of a later task", async () => {
	const plan = await planned(({ container, promote }) => {
		const production = promote("models/1", "models/production");
		container("use", { image, in: { model: production } });
	});
	expect(containerIn(plan, "use").in.model).toEqual({
		from: "output",
		task: "promote-models-production",
		output: "promoted",
	});
	expect(edgesOf(plan).use).toEqual(["promote-models-production"]);
});

test("it is named for its path, so that two have two names", async () => {
	const plan = await planned(({ container, promote }) => {
		container("promote-a-b", { image });
		promote("m", "a/b");
		promote("m", "a-b");
		promote("m", "models/größte");
		promote("m", "x", { name: "release" });
	});
	expect(plan.tasks.map(({ name }) => name)).toEqual([
		"promote-a-b",
		"promote-a-b-2",
		"promote-a-b-3",
		"promote-models-gr-te",
		"release",
	]);
});

test.each<[string, Make]>([
	[
		'promote-p: sensor "raw" finds files from outside, and only what a task has published can be promoted. Let a task publish them, or wait for a publication.',
		({ files, promote }) => {
			promote(files("raw", { in: "inbox/*" }) as never, "p");
		},
	],
	[
		"promote-p: promote(artifact, path) takes a task's output (train.out.model), a publication sensor, or a published path, not an object.",
		({ container, promote }) => {
			promote(container("train", { image }) as never, "p");
		},
	],
	[
		'promote: promote(artifact, path) takes the path to promote to, below the data directory, such as "models/production", not an object.',
		({ promote }) => {
			promote("release", {
				from: "models/1",
				to: "models/production",
			} as never);
		},
	],
	[
		'promote-p: unknown option "cache". There are: name, after, join, retries.',
		({ promote }) => {
			promote("m", "p", { cache: false } as never);
		},
	],
	[
		'promote-p: option "after" must be a list of tasks: [prepare], not "train".',
		({ promote }) => {
			promote("m", "p", { after: "train" as never });
		},
	],
	[
		'promote-..-up: option "path": "../up" is not a path below the data directory: it has a part "." or "..". Write the place itself.',
		({ promote }) => {
			promote("m", "../up");
		},
	],
	[
		'promote-m: it promotes "m" to itself. Name the path whose artifact is to be there.',
		({ promote }) => {
			promote("m", "m");
		},
	],
	[
		'promote-p-2: it promotes to "p", but task "promote-p" publishes the same path. Give each task a path of its own.',
		({ promote }) => {
			promote("m", "p");
			promote("n", "p");
		},
	],
	[
		'promote-p-q: it promotes to "p/q", but task "promote-p" publishes "p", and one lies inside the other. Give each task a path of its own.',
		({ promote }) => {
			promote("m", "p");
			promote("n", "p/q");
		},
	],
	[
		'promote-p: it promotes to "p", but output "x" of task "a" publishes the same path. Give each task a path of its own.',
		({ container, promote }) => {
			container("a", { image, out: { x: "p" } });
			promote("m", "p");
		},
	],
	[
		'a: its output "x" goes to "p/x", but task "promote-p" publishes "p", and one lies inside the other. Give each task a path of its own.',
		({ container, promote }) => {
			promote("m", "p");
			container("a", { image, out: { x: "p/x" } });
		},
	],
	[
		'release: the pipeline has two tasks named "release". Rename one of them.',
		({ container, promote }) => {
			container("release", { image });
			promote("m", "p", { name: "release" });
		},
	],
])("refused: %s", async (sentence, make) => {
	expect(await refusal(make)).toBe(sentence);
});

test("a task of another plan is not promoted, nor waited for", async () => {
	let stolen: unknown;
	await planned(({ container }) => {
		stolen = container("a", { image, out: { x: "p" } });
	});
	const { out } = stolen as { out: { x: never } };
	expect(await refusal(({ promote }) => void promote(out.x, "q"))).toContain(
		'takes the task "a" of another plan',
	);
	expect(
		await refusal(
			({ promote }) => void promote("m", "q", { after: [stolen as never] }),
		),
	).toContain('option "after" takes the task "a" of another plan');
});

test("several pipelines may promote to one path, but to none that another one publishes to", async () => {
	const file = (name: string, code: string) =>
		`import { pipeline } from "berth";
export default pipeline("${name}", {}, ({ container, promote }) => { ${code} });`;
	const { catalogue } = await aFolder({
		"a.ts": file("a", 'promote("models/a", "models/production");'),
		"b.ts": file("b", 'promote("models/b", "models/production");'),
		"c.ts": file(
			"c",
			'container("c", { image: "x", out: { x: "models/production/x" } });',
		),
	});
	const occasion = { ds: "2026-11-20", vars: {}, knownImages: ["x"] };
	expect(
		(await checkFolder(catalogue, occasion)).map(({ message }) => message),
	).toEqual([
		'c.ts, task "c": its output "x" goes to "models/production/x", but task "promote-models-production" of a.ts publishes "models/production". Give each pipeline paths of its own.',
	]);
});
