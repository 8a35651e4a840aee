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
	expect(await home.json("runs")).toEqual([]);

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
