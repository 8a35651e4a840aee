import { rm } from "node:fs/promises";
import { expect, test } from "vitest";
import type { WhyView } from "../../orchestrator/api/explaining.ts";
import type { RunView } from "../../orchestrator/api/views.ts";
import { aHome } from "../rig/berth-process.ts";

test("a second run says unchanged for each task, and why names the param that changed, with and without an owner", async () => {
	const home = await aHome();
	await home.pipeline(
		"p",
		`const a = tool("a", ["write", "one"], { out: { one: "p/one" } });
	tool("b", ["write-text", params.text, "two"], { in: { one: a.out.one }, out: { two: "p/two" } });`,
		'{ params: { text: z.string().default("x") } }',
	);
	expect(await home.berth("run", "p")).toMatchObject({ code: 0 });
	await rm(home.at("data/p"), { recursive: true });
	const second = await home.berth("run", "p");
	expect(second.stdout).toMatch(/^✓ a +unchanged$/m);
	expect(second.stdout).toMatch(/^ +since p@.*\/b\/1$/m);
	expect(second.stderr).toMatch(/ b +unchanged since p@/);
	const view = await home.json<RunView>("show", "p");
	expect(view.tasks).toMatchObject([
		{
			status: "succeeded",
			unchangedSince: expect.stringMatching(/\/a\/1$/),
			fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
			attempts: [{ ending: "unchanged", startedAt: null }],
		},
		{ unchangedSince: expect.stringMatching(/\/b\/1$/) },
	]);

	await home.berth("run", "p", "--set", "text=y");
	const told = await home.berth("why", "p", "b");
	expect(told).toMatchObject({ code: 0 });
	expect(told.stdout).toContain("  param text x → y (in its command)\n");
	const stored = await home.json<WhyView>("why", "p", "a");
	expect(stored).toMatchObject({ verdict: "hit", differences: [] });
	expect((await home.berth("why", "p", "a")).stdout).toMatch(
		/^p@.*\/a\/1: unchanged since p@.*\/a\/1 \(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\)\.\n$/,
	);

	const up = home.start(["up"]);
	await up.says(/berth answers at/);
	expect(await home.json("why", "p", "a")).toEqual(stored);
	expect((await home.berth("why", "p", "b")).stdout).toBe(told.stdout);
	expect(await home.berth("why", "p", "c")).toMatchObject({
		code: 2,
		stderr: expect.stringContaining('has no task "c". It has a, b.'),
	});
	up.kill("SIGTERM");
	await up.ended;
});
