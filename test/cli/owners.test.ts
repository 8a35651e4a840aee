import { expect, test } from "vitest";
import type { RunHead, RunView } from "../../orchestrator/api/views.ts";
import { aHome, type Home } from "../rig/berth-process.ts";

const RUN = /Run (\S+@\S+)\n/;

/** A pipeline that goes on when the gate opens. */
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

const aRunning = async (home: Home) => {
	const run = home.start(["run", "p"]);
	const [, id = ""] = await run.says(RUN);
	await run.says(/a +running/);
	return { run, id };
};

test("a second run joins the first one's owner, and takes over when that is killed", async () => {
	const home = await aHome();
	const open = await aGate(home);
	const { run: first, id } = await aRunning(home);
	const second = home.start(["run", "p"]);
	await second.says(/Through berth .* owns/);
	const [, other = ""] = await second.says(RUN);
	await second.says(/a +running/);

	first.kill("SIGKILL");
	await second.says(/Going on with what was left/);
	await open();
	expect(await second.ended).toMatchObject({ code: 0 });
	expect(await first.ended).toMatchObject({ signal: "SIGKILL" });
	const mine = await home.json<RunView>("show", other);
	expect(mine.tasks.map(({ attempts }) => attempts.length)).toEqual([1, 1]);
	// The first one's run is left where it was, or came to its end meanwhile; whoever is next goes on.
	expect(await home.berth("run", "q")).toMatchObject({ code: 0 });
	const left = await home.json<RunView>("show", id);
	expect(left.tasks[0]?.attempts).toHaveLength(1);
});

test("runs that begin and end at the same time hand the directory on to each other", async () => {
	const home = await aHome();
	await aGate(home);
	const all = await Promise.all([1, 2, 3, 4].map(() => home.berth("run", "q")));
	expect(all.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).toEqual([
		0, 0, 0, 0,
	]);
	const runs = await home.json<RunHead[]>("runs");
	expect(runs.map(({ status }) => status)).toEqual(
		Array.from({ length: 4 }, () => "succeeded"),
	);
});

test("Ctrl-C of an owner leaves what runs to be adopted; Ctrl-C of who joined only stops waiting", async () => {
	const home = await aHome();
	const open = await aGate(home);
	const { run, id } = await aRunning(home);
	const joined = home.start(["retry", id]);
	expect(await joined.ended).toMatchObject({
		code: 1,
		stderr: expect.stringContaining("only a run that is over can be retried"),
	});
	const client = home.start(["run", "p"]);
	await client.says(/a +running/);
	client.kill("SIGINT");
	expect(await client.ended).toMatchObject({
		code: 130,
		stderr: expect.stringMatching(/Stopped waiting; run p@.* goes on/),
	});
	run.kill("SIGINT");
	expect(await run.ended).toMatchObject({
		code: 130,
		stderr: expect.stringContaining(`berth cancel '${id}'`),
	});

	const log = await home.berth("logs", "-f", id, "a");
	expect(log.stderr).toContain("no berth is at work");
	await open();
	const next = await home.berth("run", "q");
	expect(next.stderr).toContain("Going on with what was left");
	expect(next.code).toBe(0);
});

test("cancelling takes up that run alone, and waits until nothing of it is left", async () => {
	const home = await aHome();
	await aGate(home);
	const { run, id } = await aRunning(home);
	run.kill("SIGINT");
	await run.ended;
	const cancelled = await home.berth("cancel", "p", "--json");
	expect(JSON.parse(cancelled.stdout)).toMatchObject({
		id,
		status: "cancelled",
		settled: true,
	});
	expect(cancelled.code).toBe(0);
	expect(await home.json<RunHead[]>("runs")).toMatchObject([{ id }]);
});

test("a run that is cancelled by another exits with 1", async () => {
	const home = await aHome();
	await aGate(home);
	const { run, id } = await aRunning(home);
	expect(await home.berth("cancel", id)).toMatchObject({
		code: 0,
		stdout: expect.stringContaining("Status    cancelled"),
	});
	expect(await run.ended).toMatchObject({ code: 1 });
});

test("with a server everything goes through it, and there can be only one", async () => {
	const home = await aHome();
	const open = await aGate(home);
	await open();
	const up = home.start(["up"]);
	await up.says(/berth answers at (http:\S+)/);
	const run = await home.berth("run", "p");
	expect(run.stderr).toContain("Through berth");
	expect(run.code).toBe(0);
	expect(await home.json<RunHead[]>("runs")).toHaveLength(1);
	expect(await home.berth("logs", "p", "b")).toMatchObject({
		stdout: "after\n",
	});
	expect(await home.berth("vars", "set", "a", "b")).toMatchObject({ code: 0 });
	expect(await home.json("vars")).toMatchObject([{ name: "a", value: "b" }]);
	const second = await home.berth("up");
	expect(second).toMatchObject({
		code: 1,
		stderr: expect.stringContaining("Another berth owns"),
	});
	up.kill("SIGTERM");
	expect(await up.ended).toMatchObject({ code: 0 });
});

test("what answers at an owner's old address may be something else", async () => {
	const home = await aHome();
	await aGate(home);
	const other = await aHome();
	await aGate(other);
	const up = other.start(["up"]);
	const [, address] = await up.says(/berth answers at (http:[\w.:/]+\d)/);
	const note = { address, token: "old", version: "0.0.0", pid: 1 };
	await home.write("data/.berth/server.json", JSON.stringify(note));
	expect(await home.berth("run", "q")).toMatchObject({ code: 0 });
});
