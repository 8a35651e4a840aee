import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { checkFolder } from "../../orchestrator/define/check.ts";
import { initFolder } from "../../orchestrator/define/init.ts";
import { aFolder } from "./pipelines-folder.ts";

const tsc = (folder: string) =>
	promisify(execFile)(process.execPath, [
		join(import.meta.dirname, "../../node_modules/typescript/bin/tsc"),
		"-p",
		folder,
	]).then(
		() => "no errors",
		({ stdout }: { stdout: string }) => stdout,
	);

test("a new folder has an example that plans, and whose types an editor knows", async () => {
	const { folder, catalogue, write } = await aFolder({});
	expect(await initFolder(folder)).toMatchObject({
		written: ["hello.ts", "tsconfig.json"],
		kept: [],
	});
	const occasion = { ds: "2026-11-20", vars: {}, knownImages: [] };
	expect(await checkFolder(catalogue, occasion)).toEqual([]);
	expect(await tsc(folder)).toBe("no errors");
	await write(
		"wrong.ts",
		'import { pipeline } from "berth";\nexport default pipeline("w", {}, ({ container }) => {\n\tcontainer("a", { image: 3 });\n});',
	);
	expect(await tsc(folder)).toMatch(
		/wrong\.ts\(3,\d+\).*'number' is not assignable to type 'string'/,
	);
});

test("what is there is left as it is", async () => {
	const { folder } = await aFolder({ "tsconfig.json": "{}" });
	expect(await initFolder(folder)).toMatchObject({
		written: ["hello.ts"],
		kept: ["tsconfig.json"],
	});
	expect(await readFile(join(folder, "tsconfig.json"), "utf8")).toBe("{}");
});
