import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readContext } from "../../../orchestrator/runtimes/docker/build-context.ts";

/** What goes into the build of a folder with these files, by these rules. */
async function contextOf(
	rules: string,
	files: readonly string[],
): Promise<readonly string[]> {
	const folder = mkdtempSync(join(tmpdir(), "berth-context-"));
	onTestFinished(() => rmSync(folder, { recursive: true }));
	for (const file of files) {
		mkdirSync(dirname(join(folder, file)), { recursive: true });
		writeFileSync(join(folder, file), file);
	}
	writeFileSync(join(folder, ".dockerignore"), rules);
	return (await readContext(folder)).paths;
}

const FILES = ["Dockerfile", "main.ts", "lib/a.ts", "lib/deep/b.ts", "x/lib/c"];

test.each([
	["", [...FILES, "lib", "lib/deep", "x", "x/lib"]],
	["lib\n", ["Dockerfile", "main.ts", "x", "x/lib", "x/lib/c"]],
	["*\n!*.ts\n", ["Dockerfile", "main.ts"]],
	["*\n!lib/a.ts\n", ["Dockerfile", "lib/a.ts"]],
	["*\n!lib\n", ["Dockerfile", "lib", "lib/a.ts", "lib/deep", "lib/deep/b.ts"]],
	["*\n!**/b.ts\n", ["Dockerfile", "lib/deep/b.ts"]],
	["*\n!*/deep\n", ["Dockerfile", "lib/deep", "lib/deep/b.ts"]],
	["lib/**\n", ["Dockerfile", "lib", "main.ts", "x", "x/lib", "x/lib/c"]],
])("by the rules %j there is %j", async (rules, wanted) => {
	const found = await contextOf(rules, FILES);
	expect(new Set(found)).toEqual(new Set([".dockerignore", ...wanted]));
});
