import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import type { StatusView } from "../../orchestrator/api/explaining.ts";
import { aHome } from "../rig/berth-process.ts";

test("status says what would run and why, for one pipeline and for all, and runs nothing", async () => {
	const home = await aHome();
	await home.pipeline(
		"p",
		`const a = tool("a", ["write", "one"], { out: { one: "p/one" } });
	tool("b", ["write-text", params.text, "two"], { in: { one: a.out.one }, out: { two: "p/two" } });`,
		'{ params: { text: z.string().default("x") } }',
	);
	await home.pipeline(
		"q",
		'tool("a", ["say", params.word]);',
		"{ params: { word: z.string() } }",
	);
	const before = await home.berth("status");
	expect(before).toMatchObject({ code: 0 });
	expect(before.stdout).toMatch(
		/^p .*1 of 2 would run: a; depend on those: b$/m,
	);
	expect(before.stdout).toMatch(/^q .*param "word" is needed/m);
	expect((await home.berth("runs")).stderr).toContain("Nothing was ever run");

	await home.berth("run", "p");
	const now = await home.berth("status", "p", "--exit-code");
	expect(now).toMatchObject({ code: 0 });
	expect(now.stdout).toMatch(/^✓ b +unchanged +since p@.*\/b\/1$/m);
	const args = ["status", "p", "--set", "text=y"];
	const changed = await home.berth(...args, "--exit-code");
	expect(changed).toMatchObject({ code: 1 });
	expect(changed.stdout).toContain("    param text x → y (in its command)\n");
	const up = home.start(["up"]);
	await up.says(/berth answers at/);
	const [view] = await home.json<StatusView[]>(...args);
	expect(view?.tasks.map(({ outcome }) => outcome)).toEqual([
		"unchanged",
		"runs",
	]);
	expect(await home.berth("status", "nobody")).toMatchObject({ code: 2 });
	up.kill("SIGTERM");
	await up.ended;
});

test("where nothing was ever run, everything would be, and looking makes nothing", async () => {
	const home = await aHome();
	await home.pipeline(
		"p",
		'tool("a", ["write", "one"], { in: { raw: "raw" }, out: { one: "p/one" } });',
	);
	const isThere = () => existsSync(home.at("data"));
	const told = `Nothing was ever run in ${home.at("data")}.`;
	const empty = await home.berth("status", "p");
	expect(empty.stdout).toMatch(/^✗ a +cannot begin .*"raw"/m);
	await home.pipeline(
		"p",
		'tool("a", ["write", "one"], { out: { one: "p/one" } });',
	);
	const all = await home.berth("status", "--exit-code");
	expect(all).toMatchObject({
		code: 1,
		stdout: expect.stringMatching(/^p .*1 of 1 would run: a$/m),
		stderr: expect.stringContaining(told),
	});
	expect((await home.berth("status", "p")).stdout).toMatch(
		/^▸ a +would run +It never ran before, as far as berth remembers\.$/m,
	);
	const gc = await home.berth("gc", "--dry-run");
	expect(gc).toMatchObject({
		code: 0,
		stdout: "Nothing is to be removed.\nKept: 0, 0 B.\n",
	});
	for (const words of ["runs", "artifacts", "vars", "show latest", "diff a b"])
		expect((await home.berth(...words.split(" "))).stderr).toContain(told);
	for (const words of ["pipelines", "check", "doctor"])
		expect(await home.berth(words)).toMatchObject({ code: 0 });
	expect(isThere()).toBe(false);
	// What lies there already is looked at.
	await home.write("data/raw/x.csv", "a,b");
	await home.pipeline("p", 'tool("a", ["say", "x"], { in: { raw: "raw" } });');
	expect((await home.berth("status", "p")).stdout).toMatch(/^▸ a +would run/m);
	expect(await readdir(home.at("data"))).toEqual(["raw"]);
});
