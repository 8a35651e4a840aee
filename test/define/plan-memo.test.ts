import { mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import type { FolderCatalogue } from "../../orchestrator/define/catalogue.ts";
import type { Instant } from "../../orchestrator/model/words.ts";
import { aFolder, aPipeline } from "./pipelines-folder.ts";

const occasion = { ds: "2026-11-20", params: {}, vars: {} };

/** A pipeline whose plan tells which process made it. */
const telling = (name: string, before = "", inside = ""): string =>
	`import { pipeline, z } from "berth";
${before}
export default pipeline("${name}", { schedule: { cron: "@daily" }, params: { pid: z.int().default(process.pid), n: z.int().default(1) } }, ({ ds, params, vars, container }) => {
	${inside}
	container("only", { image: "alpine:3.22", command: [ds, params.n, vars.v] });
});
`;

async function madeBy(
	catalogue: FolderCatalogue,
	pipeline: string,
	more: object = {},
): Promise<unknown> {
	const request = { ...occasion, vars: { v: "x" }, ...more, pipeline };
	const plan = await catalogue.plan(request);
	if ("kind" in plan) throw new Error(plan.message);
	return plan.params.pid;
}

/** So long after the last change that the next one is sure to be seen. */
const remembered = (catalogue: FolderCatalogue, pipeline: string) =>
	vi.waitFor(
		async () => {
			const pid = await madeBy(catalogue, pipeline);
			expect(await madeBy(catalogue, pipeline)).toBe(pid);
			return pid;
		},
		{ timeout: 100_000, interval: 100 },
	);

test("what was planned is the answer until a file, or what is asked, is another", async () => {
	const { catalogue, write, folder } = await aFolder({
		"one.ts": telling("one", 'import "./lib/_helper.ts";'),
	});
	await mkdir(join(folder, "lib"));
	await write("lib/_helper.ts", "export {};");
	await write("lib/values.yaml", "a: 1");
	let pid = await remembered(catalogue, "one");
	for (const more of [
		{ ds: "2026-11-21" },
		{ params: { n: "2" } },
		{ vars: { v: "y" } },
	])
		expect(await madeBy(catalogue, "one", more)).not.toBe(pid);
	const noon = Date.parse("2026-11-20T12:00:00Z") as Instant;
	expect(await madeBy(catalogue, "one", { ds: noon })).toBe(pid);
	for (const [file, text] of [
		["lib/_helper.ts", "export { };"],
		["lib/values.yaml", "a: 2"],
		["one.ts", telling("one", "// again")],
	] as const) {
		await write(file, text);
		expect(await madeBy(catalogue, "one")).not.toBe(pid);
		pid = await remembered(catalogue, "one");
	}
	await rm(join(folder, "lib/values.yaml"));
	expect(await madeBy(catalogue, "one")).not.toBe(pid);
});

test("whoever gets a plan has one of his own", async () => {
	const { catalogue } = await aFolder({ "one.ts": telling("one") });
	await remembered(catalogue, "one");
	const request = { ...occasion, vars: { v: "x" }, pipeline: "one" };
	const plan = await catalogue.plan(request);
	Object.assign(plan, { tasks: [] });
	expect(await catalogue.plan(request)).toMatchObject({
		tasks: [{ name: "only" }],
	});
});

test.each([
	["the clock", "", "Date.now();"],
	["the clock, as a date", "", "new Date();"],
	["the clock, before", "const now = Date();", ""],
	["chance", "", "Math.random();"],
	["chance, as an id", "", "crypto.randomUUID();"],
	["a file", 'import { readFileSync } from "node:fs";', ""],
	["a hidden file", 'import "./.hidden.ts";', ""],
	["a file elsewhere", 'import "./link.ts";', ""],
])(
	"a plan that asks for %s is made anew each time",
	async (_, before, inside) => {
		const { catalogue, folder, write } = await aFolder({
			"pure.ts": telling("pure", "", "new Date(ds).toISOString();"),
			"asks.ts": telling("asks", before, inside),
			".hidden.ts": "export {};",
		});
		const elsewhere = await aFolder({ "x.ts": "export {};" });
		await symlink(join(elsewhere.folder, "x.ts"), join(folder, "link.ts"));
		await write("_not-a-pipeline.ts", "");
		await rm(join(folder, "_not-a-pipeline.ts"));
		await remembered(catalogue, "pure");
		const pid = await madeBy(catalogue, "asks");
		expect(await madeBy(catalogue, "asks")).not.toBe(pid);
	},
);

test("a link to a folder is not looked into, so nothing is remembered beside one", async () => {
	const { catalogue, folder } = await aFolder({ "one.ts": telling("one") });
	const other = await aFolder({ "one.ts": telling("one") });
	await symlink(other.folder, join(folder, "lib"));
	await remembered(other.catalogue, "one");
	expect(await madeBy(catalogue, "one")).not.toBe(
		await madeBy(catalogue, "one"),
	);
});

test("what is asked first is planned by the process that describes the files", async () => {
	const { catalogue } = await aFolder({
		"a.ts": aPipeline("a"),
		"one.ts": telling("one"),
		"z.ts": "boom(",
	});
	const pid = await madeBy(catalogue, "one");
	const [a, one, z] = await catalogue.list();
	expect([a?.name, one?.name, z?.kind]).toEqual(["a", "one", "broken"]);
	expect(JSON.stringify(one)).toContain(`"default":${pid}`);
});

test("a file that has the name of another's pipeline is not planned for it", async () => {
	const { catalogue } = await aFolder({
		"x.ts": aPipeline("y"),
		"y.ts": aPipeline("x"),
	});
	expect(await catalogue.plan({ ...occasion, pipeline: "x" })).toMatchObject({
		pipeline: "x",
		tasks: [{ name: "only" }],
	});
});

test("a plan from a config is kept, too, until a file of the config is another", async () => {
	const { catalogue, write } = await aFolder({
		"one.ts": telling("one"),
		"one/config/config.yaml": "defaults: [base]\nn: 3\n",
		"one/config/base.yaml": "n: 2\n",
	});
	const pid = await remembered(catalogue, "one");
	expect(await madeBy(catalogue, "one", { params: { n: "2" } })).not.toBe(pid);
	await write("one/config/base.yaml", "n: 1\n");
	expect(await madeBy(catalogue, "one")).not.toBe(pid);
});
