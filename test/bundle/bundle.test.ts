import {
	chmod,
	mkdir,
	readdir,
	readFile,
	rm,
	stat,
	symlink,
	truncate,
	utimes,
	writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { aHome } from "../rig/berth-process.ts";
import { aCheckout, type Checkout } from "./checkout.ts";

const PROGRAM = "orchestrator/cli/program.ts";
const [WAS, IS] = ["Machine-learning pipelines", "Machine-yearning pipelines"];

test("the bundle and the sources answer alike, and run a pipeline", async () => {
	const checkout = await aCheckout();
	await checkout.bundle();
	const bundled = await answers(checkout);
	await rm(checkout.at("orchestrator/dist/made.json"));
	const plain = await answers(checkout);
	expect([bundled.ran, plain.ran]).toEqual(["bundle", "sources"]);
	expect(bundled.texts).toEqual(plain.texts);
	expect(bundled.texts).toContainEqual(expect.stringContaining("✓ say"));
});

test("a source that has changed is run, even when its size and its time are as before", async () => {
	const checkout = await aCheckout();
	await checkout.bundle();
	const { atime, mtime } = await stat(checkout.at(PROGRAM));
	await checkout.edit(PROGRAM, WAS, IS);
	await utimes(checkout.at(PROGRAM), atime, mtime);
	const { ran, stdout } = await checkout.says("--help");
	expect([ran, stdout]).toEqual(["sources", expect.stringContaining(IS)]);
	await checkout.bundle();
	const again = await checkout.says("--help");
	expect([again.ran, again.stdout]).toEqual(["bundle", stdout]);
});

test.each([
	["is cut off", (file: string) => truncate(file, 1)],
	["is gone", (file: string) => rm(file)],
	[
		"was written to",
		(file: string) => writeFile(file, "throw 1", { flag: "r+" }),
	],
])("a bundle of which one file %s is not used", async (_, damage) => {
	const checkout = await aCheckout();
	await checkout.bundle();
	const folder = await newest(checkout);
	const [file = ""] = (await readdir(folder)).filter((name) =>
		name.startsWith("run-"),
	);
	await damage(join(folder, file));
	expect(await checkout.says("--version")).toMatchObject({ ran: "sources" });
});

test("what was installed anew is bundled anew, by the first start", async () => {
	const checkout = await aCheckout();
	expect(await checkout.says("--version")).toMatchObject({ ran: "bundle" });
	await checkout.edit(PROGRAM, WAS, IS);
	expect(await checkout.says("--version")).toMatchObject({ ran: "sources" });
	await chmod(checkout.at("node_modules/.package-lock.json"), 0o600); // as written anew
	const { ran, stdout } = await checkout.says("--help");
	expect([ran, stdout]).toEqual(["bundle", expect.stringContaining(IS)]);
});

test("a start that may not write the bundle runs the sources", async () => {
	const checkout = await aCheckout();
	await writeFile(checkout.at("orchestrator/dist"), "not a folder");
	expect(await checkout.says("--version")).toMatchObject({ ran: "sources" });
});

test("many that make a bundle at once leave a whole one", async () => {
	const checkout = await aCheckout();
	await Promise.all([1, 2, 3].map(() => checkout.bundle()));
	expect(await checkout.says("--version")).toMatchObject({ ran: "bundle" });
	const drafts = (await readdir(checkout.at("orchestrator/dist"))).filter(
		(name) => name.startsWith("."),
	);
	expect(drafts).toEqual([]);
});

test("what another that makes a bundle takes away meanwhile keeps nobody from making one", async () => {
	const checkout = await aCheckout();
	// Listed, and gone when it is looked at.
	const gone = [".1-0", ".1-0.json", "1-0"];
	await mkdir(checkout.at("orchestrator/dist"));
	for (const name of gone)
		await symlink("nowhere", checkout.at("orchestrator/dist", name));
	for (const name of ["1-1", "1-2", "1-3"])
		await mkdir(checkout.at("orchestrator/dist", name));
	await checkout.bundle();
	expect(await checkout.says("--version")).toMatchObject({ ran: "bundle" });
});

test("old bundles go, but for the newest, and those that an owner holds", async () => {
	const checkout = await aCheckout();
	const older = ["1-1", "1-2", "1-3", "1-4", "1-5"];
	for (const name of older)
		await mkdir(checkout.at("orchestrator/dist", name), { recursive: true });
	const hold = (name: string, pid: number) =>
		writeFile(checkout.at("orchestrator/dist", name, `held-${pid}`), "");
	await hold("1-1", process.pid);
	await hold("1-2", 2 ** 30); // there are none so high
	await checkout.bundle();
	const left = await readdir(checkout.at("orchestrator/dist"));
	expect(left.filter((name) => older.includes(name))).toEqual([
		"1-1",
		"1-3",
		"1-4",
		"1-5",
	]);
});

test("an owner holds the bundle that it was started from, until it ends", async () => {
	const checkout = await aCheckout();
	await checkout.bundle();
	const home = await aHome({ BERTH_RUNTIME: "local" }, checkout.berth);
	const up = home.start(["up"]);
	await up.says(/berth answers/);
	const holders = async () =>
		(await readdir(await newest(checkout))).filter((name) =>
			name.startsWith("held-"),
		);
	expect(await holders()).toEqual([`held-${up.pid}`]);
	up.kill("SIGTERM");
	await up.ended;
	expect(await holders()).toEqual([]);
});

test("a stack trace of the bundle points at the line of the source", async () => {
	const checkout = await aCheckout();
	const runs = "orchestrator/cli/runs.ts";
	const begins = "\tawait withReader";
	await checkout.edit(runs, begins, `\tthrow new Error("planted");\n${begins}`);
	const lines = (await readFile(checkout.at(runs), "utf8")).split("\n");
	const line = lines.findIndex((text) => text.includes("planted")) + 1;
	await checkout.bundle();
	const { ran, stderr } = await checkout.says("runs");
	expect(ran).toBe("bundle");
	expect(stderr).toContain(`${checkout.at(runs)}:${line}:`);
});

async function answers(checkout: Checkout) {
	const home = await aHome({ BERTH_RUNTIME: "local" }, checkout.berth);
	await home.pipeline("hello", 'tool("say", ["say", "hi"]);');
	const said = [
		await checkout.says("--version"),
		await checkout.says("--help"),
	];
	const run = await home.berth("run", "hello");
	const tasks = run.stdout.split("\n").filter((line) => line.startsWith("✓"));
	return {
		ran: said[0]?.ran,
		texts: [
			...said.map(({ stdout }) => stdout),
			...tasks.map((line) => line.replace(/\d+ ms|[\d.]+ s/, "")),
			(await home.berth("logs", "hello", "say")).stdout,
		],
	};
}

/** The folder of the bundle that is used. */
async function newest(checkout: Checkout): Promise<string> {
	const stamp = await readFile(
		checkout.at("orchestrator/dist/made.json"),
		"utf8",
	);
	const { name } = JSON.parse(stamp) as { name: string };
	return checkout.at("orchestrator/dist", name);
}
