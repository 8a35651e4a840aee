import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder } from "../../../orchestrator/runtimes/local/attempt-folder.ts";
import {
	type Identity,
	identify,
	isAlive,
	signalGroup,
} from "../../../orchestrator/runtimes/local/identity.ts";
import {
	claim,
	claimed,
	type Program,
	readWhole,
	writeWhole,
} from "../../../orchestrator/runtimes/local/records.ts";
import type { Job, Runtime } from "../../../orchestrator/runtimes/port.ts";
import { patience } from "../contract-rig.ts";
import { aLocalRig, type LocalRig, output } from "./rig.ts";

const MODULE = join(
	import.meta.dirname,
	"../../../orchestrator/runtimes/local/local-runtime.ts",
);

/** Launches the job from a process of its own, and kills that process. */
async function launchAndDie(rig: LocalRig, job: Job): Promise<void> {
	const { folder, images } = rig;
	const text = `
		const { openLocal } = await import(${JSON.stringify(MODULE)});
		const runtime = await openLocal(${JSON.stringify({ folder, images })});
		await runtime.launch(${JSON.stringify(job)}, new AbortController().signal);
		process.kill(process.pid, "SIGKILL");`;
	const args = ["--input-type=module", "-e", text];
	const client = spawn(process.execPath, args, { stdio: "inherit" });
	expect(await once(client, "exit")).toEqual([null, "SIGKILL"]);
}

const supervisorOf = (rig: LocalRig, job: Job): Identity => {
	const who = claimed<Identity>(join(rig.folder, job.name, "supervisor"));
	if (!who) throw new Error("There is no supervisor.");
	return who;
};

const programOf = (rig: LocalRig, job: Job): Program => {
	const who = claimed<Program>(join(rig.folder, job.name, "program"));
	if (!who) throw new Error("There is no program.");
	return who;
};

async function launched(rig: LocalRig, job: Job): Promise<Runtime> {
	const runtime = await rig.open();
	expect(await runtime.launch(job, patience)).toMatchObject({
		kind: "started",
	});
	return runtime;
}

test("a program outlives the client that launched it, and another adopts it", async () => {
	const rig = aLocalRig();
	const job = rig.job([
		"sh",
		"-c",
		"echo once >>../started; while [ ! -e go ]; do sleep 0.02; done; echo end; exit 6",
	]);
	await launchAndDie(rig, job);
	const runtime = await rig.open();
	expect(await runtime.list()).toMatchObject([{ running: true }]);
	const { at } = programOf(rig, job);
	expect(await runtime.launch(job, patience)).toEqual({ kind: "started", at });
	rig.write(`local/${job.name}/work/go`, "");
	expect(await runtime.wait(job.name, patience)).toMatchObject({ code: 6 });
	expect(`${(await output(runtime, job.name)).stdout}`).toBe("end\n");
	const started = join(rig.folder, job.name, "started");
	expect(readFileSync(started, "utf8")).toBe("once\n");
});

test("when the supervisor is killed, the program is stopped and has vanished", async () => {
	const rig = aLocalRig();
	const job = rig.job(["sh", "-c", "sleep 600; exit 0"]);
	const runtime = await launched(rig, job);
	const waiting = runtime.wait(job.name, patience);
	process.kill(supervisorOf(rig, job).pid, "SIGKILL");
	expect(await waiting).toMatchObject({
		kind: "ended",
		ending: {
			kind: "vanished",
			message: expect.stringMatching(/supervisor .* was killed/),
		},
	});
	expect(isAlive(programOf(rig, job))).toBe(false);
	expect(await runtime.launch(job, patience)).toMatchObject({
		kind: "started",
	});
	expect(await runtime.list()).toMatchObject([{ running: false }]);
});

test("when supervisor and program are killed together, it has vanished", async () => {
	const rig = aLocalRig();
	const job = rig.job(["sleep", "600"]);
	const runtime = await launched(rig, job);
	process.kill(supervisorOf(rig, job).pid, "SIGKILL");
	signalGroup(programOf(rig, job), "SIGKILL");
	expect(await runtime.wait(job.name, patience)).toMatchObject({
		ending: { kind: "vanished" },
	});
	await runtime.stop(job.name, 0);
});

test("a client that died before it started a supervisor is made up for", async () => {
	const rig = aLocalRig();
	const runtime = await rig.open();
	const job = rig.job(["sh", "-c", "exit 3"]);
	expect(await makeFolder(join(rig.folder, job.name), job)).toBeNull();
	expect(await runtime.list()).toMatchObject([{ running: false }]);
	await runtime.launch(job, patience);
	expect(await runtime.wait(job.name, patience)).toMatchObject({ code: 3 });
});

test("stopping what was created and never started removes it", async () => {
	const rig = aLocalRig();
	const runtime = await rig.open();
	const job = rig.job(["true"]);
	await makeFolder(join(rig.folder, job.name), job);
	await runtime.stop(job.name, 10_000);
	expect(await runtime.list()).toEqual([]);
});

test("a supervisor that died at the gate ran nothing, and nothing is run again", async () => {
	const rig = aLocalRig();
	const runtime = await rig.open();
	const job = rig.job(["touch", join(rig.root, "ran")]);
	const folder = join(rig.folder, job.name);
	await makeFolder(folder, job);
	claim(join(folder, "supervisor"), { ...identify(process.pid), start: "x" });
	const refusal = {
		kind: "refused",
		message: expect.stringMatching(/Nothing ran/),
		lost: true,
	};
	expect(await runtime.launch(job, patience)).toMatchObject(refusal);
	expect(await runtime.wait(job.name, patience)).toMatchObject({
		ending: { kind: "refused", lost: true },
	});
	expect(existsSync(join(rig.root, "ran"))).toBe(false);
});

test("a gate whose supervisor dies before the word ends without running anything", async () => {
	const rig = aLocalRig();
	const gate = /GATE =\s*'(.*)';/.exec(
		readFileSync(join(MODULE, "../supervisor.ts"), "utf8"),
	)?.[1];
	const mark = join(rig.root, "ran");
	const child = spawn("sh", ["-c", `${gate}`, "sh", "touch", mark], {
		stdio: ["ignore", "ignore", "ignore", "pipe"],
	});
	child.stdio[3]?.destroy();
	const [code] = await once(child, "exit");
	expect(code).not.toBe(0);
	expect(existsSync(mark)).toBe(false);
});

test("a pid that now belongs to a stranger is neither believed nor signalled", async () => {
	const rig = aLocalRig();
	const stranger = spawn("sleep", ["600"], { detached: true });
	const pid = stranger.pid ?? 0;
	const runtime = await rig.open();
	const job = rig.job(["true"]);
	const folder = join(rig.folder, job.name);
	await makeFolder(folder, job);
	const before = { pid, start: `${identify(pid)?.start}0` };
	claim(join(folder, "supervisor"), before);
	claim(join(folder, "program"), { ...before, at: 1 });
	expect(await runtime.list()).toMatchObject([{ running: false }]);
	expect(await runtime.wait(job.name, patience)).toMatchObject({
		ending: { kind: "vanished" },
	});
	await runtime.stop(job.name, 0);
	await runtime.remove(job.name);
	expect(identify(pid)).not.toBeNull();
	stranger.kill("SIGKILL");
});

test("a half-written exit.json is not there", async () => {
	const rig = aLocalRig();
	const path = rig.write("exit.json.part", '{"kind":"exi').slice(0, -5);
	expect(readWhole(path)).toBeNull();
	writeWhole(path, { kind: "exited" });
	expect(readWhole(path)).toEqual({ kind: "exited" });
	expect(existsSync(`${path}.part`)).toBe(false);
});

test("what a crash left half built or half removed is swept at the next opening", async () => {
	const rig = aLocalRig();
	const dead = spawn("true");
	await once(dead, "exit");
	for (const name of [
		`.part-${dead.pid}-x`,
		".trash-y",
		`.part-${process.pid}-z`,
	])
		mkdirSync(join(rig.folder, name, "in"), { recursive: true });
	await rig.open();
	expect(existsSync(join(rig.folder, `.part-${dead.pid}-x`))).toBe(false);
	expect(existsSync(join(rig.folder, ".trash-y"))).toBe(false);
	expect(existsSync(join(rig.folder, `.part-${process.pid}-z`))).toBe(true);
});

test("a folder taken away under a running program does not confuse anybody", async () => {
	const rig = aLocalRig();
	const job = rig.job(["sleep", "600"]);
	const runtime = await launched(rig, job);
	const supervisor = supervisorOf(rig, job);
	const program = programOf(rig, job);
	renameSync(join(rig.folder, job.name), join(rig.root, "elsewhere"));
	expect(await runtime.wait(job.name, patience)).toMatchObject({
		ending: { kind: "vanished" },
	});
	signalGroup(program, "SIGKILL");
	await expect.poll(() => isAlive(supervisor)).toBe(false);
});
