import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { checkFolder } from "../../orchestrator/define/check.ts";
import { containerSchema } from "../../orchestrator/define/container-schema.ts";
import { initFolder } from "../../orchestrator/define/init.ts";
import { promoteSchema } from "../../orchestrator/define/promote-task.ts";
import { aFolder } from "./pipelines-folder.ts";

const root = join(import.meta.dirname, "../..");
const page = await readFile(join(root, "docs/pipelines.md"), "utf8");

test("the examples of docs/pipelines.md compile and plan", async () => {
	const files = [...page.matchAll(/```ts\n(.*?)```/gs)].map(
		([, code = ""], index) => [
			`example-${index}.ts`,
			code.includes("export default")
				? code
				: inPipeline(`example-${index}`, code),
		],
	);
	expect(files.length).toBeGreaterThan(3);
	const { catalogue, folder } = await aFolder(Object.fromEntries(files));
	await initFolder(folder);
	const findings = await checkFolder(catalogue, {
		ds: "2026-11-20",
		vars: { model_path: "models/2026-11-16/model" },
		knownImages: ["preprocessor", "trainer", "predictor"],
	});
	// The examples are pages of their own, so two may show the same path.
	expect(
		findings.filter(({ message }) => !message.includes("Give each pipeline")),
	).toEqual([]);
	const tsc = join(root, "node_modules/typescript/bin/tsc");
	await promisify(execFile)(process.execPath, [tsc, "-p", folder]);
});

test.each([
	["container(name, options)", containerSchema],
	["promote(artifact, path, options)", promoteSchema],
])(
	"docs/pipelines.md has every option of %s, and no other",
	(heading, { shape }) => {
		const [, section = ""] = page.split(`## ${heading}`);
		const [table = ""] = section.split("##");
		const documented = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(
			([, name]) => name,
		);
		expect(documented).toEqual(Object.keys(shape));
	},
);

const inPipeline = (name: string, body: string): string =>
	`import { pipeline, z } from "berth";
export default pipeline("${name}", {}, ({ ds, vars, files, publication, container, promote }) => {
${body}
void [z, ds, vars, files, publication, promote];
});`;
