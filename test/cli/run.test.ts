import { readFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { describe, expect, test } from "vitest";
import type { RunHead, RunView } from "../../orchestrator/api/views.ts";
import { aHome } from "../rig/berth-process.ts";

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

test("a run publishes its outputs, keeps its results, and can be looked at in words and JSON", async () => {
	const home = await aHome();
	await home.pipeline(
		"p",
		`const a = tool("a", ["write", "one", "two"], { out: { one: \`p/\${ds}/one\`, two: \`p/\${ds}/two\` }, });
	tool("b", ["result", JSON.stringify({ rows: params.seed, model: vars.model })], { after: [a], result: { rows: z.int(), model: z.string() } });`,
		"{ params: { seed: z.int().default(1) } }",
	);
	expect(await home.berth("vars", "set", "model", "m=1 x")).toMatchObject({
		code: 0,
		stdout: "",
	});
	const args = ["run", "p", "--date", "2026-11-20", "--set", "seed=7"];
	const run = await home.berth(...args);
	expect(run.stderr).toContain("no wall");
	expect(run).toMatchObject({ code: 0 });
	expect(run.stdout).toContain("→ p/2026-11-20/two");
	expect(await readFile(home.at("data/p/2026-11-20/two/x.txt"), "utf8")).toBe(
		"two",
	);

	const [head] = await home.json<RunHead[]>("runs");
	expect(head).toEqual({
		id: expect.stringMatching(/^p@2026-11-20~[0-9A-Z]{26}$/),
		pipeline: "p",
		ds: "2026-11-20",
		status: "succeeded",
		params: { seed: 7 },
		trigger: "hand",
		sweep: null,
		by: userInfo().username,
		createdAt: expect.stringMatching(TIME),
		startedAt: expect.stringMatching(TIME),
		endedAt: expect.stringMatching(TIME),
		settled: true,
	});
	const id = head?.id ?? "";
	const view = await home.json<RunView>("show", "p");
	expect(view).toMatchObject({ ...head, vars: { model: "m=1 x" } });
	expect(view.tasks).toMatchObject([
		{ name: "a", status: "succeeded", after: [], result: null },
		{
			name: "b",
			status: "succeeded",
			after: ["a"],
			result: { rows: 7, model: "m=1 x" },
			attempts: [
				{
					id: `${id}/b/1`,
					ending: "exited",
					exitCode: 0,
					message: null,
					startedAt: expect.stringMatching(TIME),
					endedAt: expect.stringMatching(TIME),
				},
			],
		},
	]);

	const published = await home.json<object[]>("artifacts", "p/2026-11-20");
	expect(published).toHaveLength(2);
	expect(published[0]).toEqual({
		path: "p/2026-11-20/one",
		object: expect.stringMatching(/^[0-9a-f]{64}$/),
		attempt: `${id}/a/1`,
		at: expect.stringMatching(TIME),
		bytes: 3,
		files: 1,
	});
	expect(await home.json("vars")).toEqual([
		{ name: "model", value: "m=1 x", updatedAt: expect.stringMatching(TIME) },
	]);
	for (const which of [id, id.slice(0, -1), "latest", "p@2026-11-20"])
		expect(await home.json("show", which)).toMatchObject({ id });
	const again = await home.berth(...args, "--json");
	expect(JSON.parse(again.stdout)).toMatchObject({ settled: true });
	expect(await home.json("artifacts", "p/2026-11-20/one/")).toHaveLength(1);
	const two = await home.berth("show", id.slice(0, -20));
	expect(two).toMatchObject({
		code: 2,
		stderr: expect.stringContaining("can be 2 runs"),
	});
	expect(await home.berth("vars", "unset", "model")).toMatchObject({ code: 0 });
	expect(await home.berth("vars", "unset", "model")).toMatchObject({ code: 2 });
	expect(await home.berth("vars", "set", "1x", "v")).toMatchObject({ code: 2 });
});

test("a run that fails exits with 1 and says whose log to read; a retry carries over what succeeded", async () => {
	const home = await aHome();
	const cure = home.at("cure");
	await home.pipeline(
		"p",
		`const a = tool("a", ["say", "once"]);
	const b = tool("b", ["exit-unless", "${cure}"], { after: [a] });
	tool("c", ["say", "last"], { after: [b] });`,
	);
	const failed = await home.berth("run", "p");
	expect(failed.code).toBe(1);
	expect(failed.stdout).toMatch(/its log: berth logs 'p@.*' b$/m);
	expect(failed.stdout).toContain('Task "b" did not succeed.');
	const first = await home.json<RunView>("show", "latest");
	expect(first.status).toBe("failed");

	await home.write("cure", "");
	const retried = await home.berth("retry", "p", "--json");
	expect(retried.code).toBe(0);
	const second = JSON.parse(retried.stdout) as RunView;
	expect(second.id).not.toBe(first.id);
	expect(second).toMatchObject({ trigger: "retry", ds: first.ds });
	expect(second.tasks).toMatchObject([
		{ name: "a", attempts: [], message: `Carried over from ${first.id}.` },
		{ name: "b", status: "succeeded" },
		{ name: "c", status: "succeeded" },
	]);
	const nothing = await home.berth("retry", "p");
	expect(nothing.code).toBe(1);
	expect(nothing.stderr).toContain("succeeded: there is nothing to retry");
	const over = await home.berth("cancel", "p");
	expect(over.code).toBe(1);
	expect(over.stderr).toContain("is over already: succeeded");
	const failures = await home.json<RunHead[]>(
		"runs",
		"p",
		"--status",
		"failed",
	);
	expect(failures.map(({ id }) => id)).toEqual([first.id]);
	expect(await home.json<RunHead[]>("runs", "--limit", "1")).toMatchObject([
		{ id: second.id },
	]);
});

describe("logs", () => {
	test("are the very bytes, each stream on its own", async () => {
		const home = await aHome();
		await home.pipeline(
			"p",
			'tool("a", ["bytes"]); tool("n", ["lines", "3000"]);',
		);
		expect(await home.berth("run", "p")).toMatchObject({ code: 0 });
		const log = await home.berth("logs", "p", "a");
		expect(log.bytes).toEqual(Buffer.from([0, 255, 10, 65, 13, 10, 0xc3]));
		expect(log.errorBytes).toEqual(Buffer.from([254, 10, 66]));
		const json = await home.start(["logs", "p", "a", "--json"]).ended;
		const lines = json.stdout.trim().split("\n");
		expect(JSON.parse(lines[0] ?? "")).toMatchObject({
			attempt: 1,
			stream: expect.stringMatching(/^std(out|err)$/),
			time: expect.stringMatching(/^\d{4}-/),
			complete: true,
		});
		expect(await home.berth("logs", "p", "n", "--tail", "2")).toMatchObject({
			stdout: "line 2998\nline 2999\n",
		});
		expect(
			await home.berth("logs", "p", "n", "--tail", "1", "--timestamps"),
		).toMatchObject({
			stdout: expect.stringMatching(/^\d{4}-\S+Z line 2999\n$/),
		});
		expect(await home.berth("logs", "p", "n", "-f")).toMatchObject({ code: 0 });

		const reader = home.start(["logs", "p", "n"]);
		await reader.says(/line 0/);
		reader.leave();
		expect(await reader.ended).toMatchObject({ code: 0, stderr: "" });
		for (const [words, sentence] of [
			[["logs", "p", "z"], 'has no task "z". It has a, n.'],
			[["logs", "p", "a", "--attempt", "2"], "its latest is 1"],
			[["logs", "q", "a"], 'There is no run "q"'],
		] as const)
			expect(await home.berth(...words)).toMatchObject({
				code: 2,
				stderr: expect.stringContaining(sentence),
			});
	});

	test("that are followed go through all attempts", async () => {
		const home = await aHome();
		const retries = '{ retries: { times: 1, backoff: "1s" } }';
		await home.pipeline(
			"p",
			`tool("a", ["second-try", "${home.at("gate")}"], ${retries});`,
		);
		const run = home.start(["run", "p"]);
		await run.says(/a +running/);
		const log = home.start(["logs", "-f", "p", "a"]);
		await log.says(/attempt 1\n/);
		await home.write("gate", "");
		const { code, stdout } = await log.ended;
		expect(code).toBe(0);
		expect(stdout).toBe("attempt 1\nattempt 2\n");
		expect(await run.ended).toMatchObject({ code: 0 });
	});
});

test("a failed attempt says what happens next: as it happens, in the answer and for programs", async () => {
	const home = await aHome();
	// Long enough to be seen by whoever follows, on a busy machine, too.
	const retries = '{ retries: { times: 1, backoff: "5s" } }';
	await home.pipeline("p", `tool("a", ["exit", "3"], ${retries});`);
	const { stdout, stderr } = await home.berth("run", "p");
	expect(stderr).toMatch(
		/a +resting: It exited with code 3 \(attempt 1 of 2\)\..* Next attempt at \d\d:\d\d:\d\d UTC\./,
	);
	expect(stdout).toContain("It exited with code 3 (attempt 2 of 2).");
	expect(stdout).toContain("No attempt is left.");
	const { tasks } = await home.json<RunView>("show", "p");
	expect(tasks[0]).toMatchObject({
		message: expect.stringContaining("(attempt 2 of 2)"),
		next: expect.stringContaining("No attempt is left."),
		nextAttemptAt: null,
	});
});
