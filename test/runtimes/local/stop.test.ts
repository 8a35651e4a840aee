import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { identify } from "../../../orchestrator/runtimes/local/identity.ts";
import { logStart } from "../../../orchestrator/runtimes/log-port.ts";
import { framesOf, patience } from "../contract-rig.ts";
import { aLocalRig, type LocalRig } from "./rig.ts";

/** Launches a script, and waits until it has said something. */
async function launched(rig: LocalRig, script: string) {
	const runtime = await rig.open();
	const job = rig.job(["sh", "-c", script]);
	await runtime.launch(job, patience);
	const said: string[] = [];
	const log = runtime.logs(job.name, logStart, patience);
	for await (const { bytes } of framesOf(log)) {
		said.push(`${Buffer.from(bytes)}`);
		break;
	}
	return { runtime, job, said: Number(said[0]) };
}

test("a program that listens to SIGTERM ends as it likes", async () => {
	const rig = aLocalRig();
	const { runtime, job } = await launched(
		rig,
		"trap 'exit 4' TERM; echo 0; while :; do sleep 0.05; done",
	);
	await runtime.stop(job.name, 60_000);
	await runtime.stop(job.name, 60_000);
	expect(await runtime.wait(job.name, patience)).toMatchObject({
		kind: "exited",
		code: 4,
	});
});

test("one that does not is killed after the grace, with its children", async () => {
	const rig = aLocalRig();
	const { runtime, job, said } = await launched(
		rig,
		"trap '' TERM; sleep 600 & echo $!; while :; do sleep 1; done",
	);
	expect(identify(said)).not.toBeNull();
	await runtime.stop(job.name, 50);
	expect(await runtime.wait(job.name, patience)).toMatchObject({
		kind: "exited",
		code: 137,
	});
	await expect.poll(() => identify(said)).toBeNull();
});

test("children end with the program, as in a container", async () => {
	const rig = aLocalRig();
	const { runtime, job, said } = await launched(
		rig,
		"sleep 600 & echo $!; exit 0",
	);
	expect(await runtime.wait(job.name, patience)).toMatchObject({
		kind: "exited",
		code: 0,
	});
	await expect.poll(() => identify(said)).toBeNull();
});

test("a child that left the group and holds the output open does not keep the task from ending", async () => {
	const rig = aLocalRig();
	const { runtime, job } = await launched(
		rig,
		`setsid sh -c 'echo $$ >$BERTH_IN/../escaped; exec sleep 600' & while [ ! -s $BERTH_IN/../escaped ]; do sleep 0.02; done; echo 0`,
	);
	expect(await runtime.wait(job.name, patience)).toMatchObject({
		kind: "exited",
		code: 0,
	});
	process.kill(
		Number(readFileSync(join(rig.folder, job.name, "escaped"), "utf8")),
		"SIGKILL",
	);
});

test("removing what runs ends it", async () => {
	const rig = aLocalRig();
	const { runtime, job, said } = await launched(
		rig,
		"sleep 600 & echo $!; wait",
	);
	const waiting = runtime.wait(job.name, patience);
	await runtime.remove(job.name);
	expect(await runtime.list()).toEqual([]);
	await expect.poll(() => identify(said)).toBeNull();
	expect(["exited", "ended"]).toContain((await waiting).kind);
});

test("a closed runtime lets go of those who wait, and leaves the program running", async () => {
	const rig = aLocalRig();
	const { runtime, job } = await launched(rig, "echo 0; sleep 600");
	const waiting = runtime.wait(job.name, patience);
	const closed = expect(waiting).rejects.toThrow("closed");
	await runtime.close();
	await closed;
	expect(await (await rig.open()).list()).toMatchObject([{ running: true }]);
});
