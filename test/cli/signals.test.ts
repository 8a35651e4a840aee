import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { RunView } from "../../orchestrator/api/views.ts";
import { aHome, type Home } from "../rig/berth-process.ts";

/** A pipeline that goes on when the gate opens, and one that is quick. */
async function aGate(home: Home): Promise<() => Promise<void>> {
	const gate = home.at("gate");
	await home.pipeline(
		"p",
		`const a = tool("a", ["until", "${gate}"]);
	tool("b", ["say", "after"], { after: [a] });`,
	);
	await home.pipeline("q", 'tool("a", ["say", "quick"]);');
	return () => home.write("gate", "");
}

/** A server, and a run whose first task runs. The client that began it is gone. */
async function atWork(home: Home, ...args: string[]) {
	const up = home.start(["up", ...args]);
	await up.says(/berth answers at/);
	const run = home.start(["run", "p"]);
	const [, id = ""] = await run.says(/Run (\S+@\S+)\n/);
	await run.says(/a +running/);
	run.kill("SIGKILL");
	await run.ended;
	return { up, id };
}

const AT_ONCE = ["SIGSTOP", "SIGINT", "SIGTERM", "SIGCONT"] as const;

/** How often each task was tried. */
const triesOf = ({ tasks }: RunView): Record<string, number> =>
	Object.fromEntries(
		tasks.map(({ name, attempts }) => [name, attempts.length]),
	);

async function goneOn(home: Home, id: string): Promise<RunView> {
	const up = home.start(["up"]);
	await up.says(/berth answers at/);
	await expect
		.poll(() => home.json<RunView>("show", id))
		.toMatchObject({ settled: true });
	up.kill("SIGTERM");
	expect(await up.ended).toMatchObject({ code: 0 });
	return home.json<RunView>("show", id);
}

test("a server that drains waits for what runs, begins nothing, refuses new runs, and says so", async () => {
	const home = await aHome();
	const open = await aGate(home);
	const { up, id } = await atWork(home, "--drain");
	up.kill("SIGTERM");
	await up.says(/Waiting for one task: \\"a\\" of p@\S+ \(running\)/);
	const refused = await home.berth("run", "q");
	expect(refused).toMatchObject({
		code: 1,
		stderr: expect.stringContaining("takes no new runs"),
	});
	await open();
	const { code, stderr } = await up.ended;
	expect(code).toBe(0);
	expect(stderr).toContain("Drained: nothing is under way.");
	const left = await home.json<RunView>("show", id);
	expect(left.tasks[0]).toMatchObject({ status: "succeeded" });
	expect(left.tasks[1]?.attempts.every((one) => !one.startedAt)).toBe(true);
	const { status, ...run } = await goneOn(home, id);
	expect(status).toBe("succeeded");
	expect(triesOf(run as RunView)).toEqual({ a: 1, b: 1 });
});

test("a second signal ends the waiting, and what runs is adopted", async () => {
	const home = await aHome();
	const open = await aGate(home);
	const { up, id } = await atWork(home, "--drain");
	up.kill("SIGINT");
	await up.says(/Waiting for one task/);
	up.kill("SIGTERM");
	expect(await up.ended).toMatchObject({
		code: 0,
		stderr: expect.stringContaining("Containers go on"),
	});
	await open();
	expect(triesOf(await goneOn(home, id))).toEqual({ a: 1, b: 1 });
});

test("a pipeline that hangs while it is planned keeps no server from leaving, and its process goes", async () => {
	const home = await aHome();
	const note = home.at("planning");
	await home.write(
		"pipelines/hangs.ts",
		`import { writeFileSync } from "node:fs";
import { pipeline } from "berth";
export default pipeline("hangs", {}, () => {
	writeFileSync("${note}", String(process.pid));
	for (;;);
});`,
	);
	const up = home.start(["up"]);
	await up.says(/berth answers at/);
	const run = home.start(["run", "hangs"]);
	await expect.poll(() => existsSync(note)).toBe(true);
	run.kill("SIGKILL");
	const planner = Number(await readFile(note, "utf8"));
	up.kill("SIGTERM");
	const { code, stderr } = await up.ended;
	expect(code).toBe(0);
	expect(stderr).not.toContain("was not done within");
	await expect.poll(() => existsSync(`/proc/${planner}/exe`)).toBe(false);
});

test("two signals at once end it at once, with a word; what runs goes on", async () => {
	const home = await aHome();
	const open = await aGate(home);
	const run = home.start(["run", "p"]);
	const [, id = ""] = await run.says(/Run (\S+@\S+)\n/);
	await run.says(/a +running/);
	const log = home.start(["logs", "-f", "p", "a"]);
	await log.says(/waiting/);
	for (const one of [log, run]) {
		// While it is stopped it cannot be done with the first before the second is there.
		for (const signal of AT_ONCE) one.kill(signal);
		expect(await one.ended).toMatchObject({
			code: 130,
			// The first one may have been heeded before the second one came.
			stderr: expect.stringMatching(
				/Containers that are at work go on|its containers go on|the task goes on/,
			),
		});
	}
	await open();
	expect(triesOf(await goneOn(home, id))).toEqual({ a: 1, b: 1 });
});

test("who follows a log is told that the task goes on without him", async () => {
	const home = await aHome();
	const open = await aGate(home);
	const { up, id } = await atWork(home);
	const log = home.start(["logs", "-f", "p", "a"]);
	await log.says(/waiting/);
	log.kill("SIGINT");
	expect(await log.ended).toMatchObject({
		code: 130,
		stderr: expect.stringContaining(`the task goes on`),
	});
	await open();
	up.kill("SIGTERM");
	await up.ended;
	expect(triesOf(await goneOn(home, id))).toEqual({ a: 1, b: 1 });
});

test.each([
	{ what: "Ctrl-C", signal: "SIGINT" },
	{ what: "the end of its terminal", signal: "SIGHUP" },
] as const)(
	"$what, which a terminal sends to all of its processes, reaches no task",
	async ({ signal }) => {
		const home = await aHome();
		const open = await aGate(home);
		const run = home.start(["run", "p"], {}, { detached: true });
		const [, id = ""] = await run.says(/Run (\S+@\S+)\n/);
		await run.says(/a +running/);
		run.killGroup(signal);
		const { code, signal: by } = await run.ended;
		expect(code ?? by).toBe(signal === "SIGINT" ? 130 : "SIGHUP");
		await open();
		expect(triesOf(await goneOn(home, id))).toEqual({ a: 1, b: 1 });
	},
);
