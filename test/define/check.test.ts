import { expect, test } from "vitest";
import { checkFolder } from "../../orchestrator/define/check.ts";
import { aFolder, aPipeline } from "./pipelines-folder.ts";

const occasion = {
	ds: "2026-11-20",
	vars: {},
	knownImages: ["trainer", "predictor"],
};

const withTasks = (name: string, tasks: string): string =>
	`import { pipeline } from "berth";
export default pipeline("${name}", {}, ({ ds, vars, publication, container }) => {
${tasks}
});`;

test("a folder in which all is well has no findings", async () => {
	const { catalogue } = await aFolder({ "one.ts": aPipeline("one") });
	expect(await checkFolder(catalogue, occasion)).toEqual([]);
});

test("every finding names file, task and cure", async () => {
	const { catalogue } = await aFolder({
		"a-image.ts": withTasks(
			"a",
			`container("fit", { image: "trainr" });
container("pull", { image: "ghcr.io/x/y" });
container("tag", { image: "alpine:3.22" });`,
		),
		"b-claims.ts": withTasks(
			"b",
			`container("x", { image: "trainer", out: { o: \`models/\${ds}\` } });`,
		),
		"c-claims.ts": withTasks(
			"c",
			`container("y", { image: "trainer", out: { p: \`models/\${ds}/model\` } });`,
		),
		"d-var.ts": withTasks("d", 'publication("m", { of: vars.model_path });'),
		"d-param.ts": `import { pipeline, z } from "berth";
export default pipeline("dp", { params: { day: z.string() } }, () => {});`,
		"e-broken.ts": "boom(",
		"f-option.ts": withTasks(
			"f",
			'container("z", { image: "trainer", cpu: 1 });',
		),
	});
	expect(await checkFolder(catalogue, occasion)).toEqual([
		{
			severity: "error",
			file: "a-image.ts",
			task: "fit",
			message:
				'a-image.ts, task "fit": unknown image "trainr": there is no such folder under the images folder. Did you mean "trainer"? For an image from elsewhere, write its tag: "trainr:latest".',
		},
		{
			severity: "error",
			file: "c-claims.ts",
			task: "y",
			message:
				'c-claims.ts, task "y": its output "p" goes to "models/2026-11-20/model", but task "x" of b-claims.ts publishes "models/2026-11-20". Give each pipeline paths of its own.',
		},
		{
			severity: "warning",
			file: "d-param.ts",
			task: null,
			message: expect.stringContaining('param "day" is needed'),
		},
		{
			severity: "warning",
			file: "d-var.ts",
			task: null,
			message: expect.stringMatching(
				/^d-var\.ts:3: .*berth vars set model_path/,
			),
		},
		{
			severity: "error",
			file: "e-broken.ts",
			task: null,
			message: expect.stringMatching(/^e-broken\.ts:1: /),
		},
		{
			severity: "error",
			file: "f-option.ts",
			task: null,
			message:
				'f-option.ts:3, task "z": unknown option "cpu". Did you mean "cpus"?',
		},
	]);
});

test("every choice of a config is checked, not only what is chosen by itself", async () => {
	const { catalogue } = await aFolder({
		"one.ts": `import { pipeline, z } from "berth";
export default pipeline("one", { params: { model: z.object({ depth: z.int() }) } }, ({ container }) => {
	container("only", { image: "alpine:3.22" });
});`,
		"one/config/config.yaml": "defaults: [{model: small}]\n",
		"one/config/model/small.yaml": "depth: 1\n",
		"one/config/model/large.yaml": "depth: big\n",
		"one/config/model/own.yaml": "depth: ???\n",
		"one/config/model/torn.yaml": "depth: [\n",
	});
	expect(await checkFolder(catalogue, occasion)).toMatchObject([
		{
			severity: "error",
			file: "one.ts",
			message:
				'one.ts: param "model.depth" cannot be "big": Invalid input: expected number, received string (one/config/model/large.yaml:1). Give it with --set model.depth=….',
		},
		{
			severity: "error",
			message: expect.stringContaining("one/config/model/torn.yaml:2:1: "),
		},
	]);
});
