import { expect, test } from "vitest";
import type { WhyView } from "../../orchestrator/api/explaining.ts";
import type { RunView } from "../../orchestrator/api/views.ts";
import { aHome } from "../rig/berth-process.ts";

test("only a task runs it and what it needs; without the cache just that one is computed anew", async () => {
	const home = await aHome();
	await home.pipeline(
		"p",
		`const first = tool("first", ["write", "one"], { out: { one: "p/one" } });
	const second = tool("second", ["write", "two"], { in: { one: first.out.one }, out: { two: "p/two" } });
	tool("third", ["exit", "1"], { in: { two: second.out.two } });`,
	);
	const run = async (...args: string[]) => {
		const view = await home.json<RunView>("run", "p", ...args);
		return view.tasks.map(({ name, status, unchangedSince }) =>
			unchangedSince === null ? `${name} ${status}` : `${name} unchanged`,
		);
	};
	expect(await run("--only", "second")).toEqual([
		"first succeeded",
		"second succeeded",
	]);
	expect(await run("--only", "second", "--no-cache")).toEqual([
		"first unchanged",
		"second succeeded",
	]);
	expect(await home.json<WhyView>("why", "p", "second")).toMatchObject({
		because: "It was asked to be computed anew (--no-cache).",
		differences: [],
	});
	expect(await run()).toEqual([
		"first unchanged",
		"second unchanged",
		"third failed",
	]);
	expect(await home.berth("run", "p", "--only", "secnd")).toMatchObject({
		code: 2,
		stderr: expect.stringContaining(
			'Pipeline "p" has no task "secnd". Did you mean "second"?',
		),
	});
});
