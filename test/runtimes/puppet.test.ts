import { existsSync, mkdirSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { attemptId, containerName } from "../../orchestrator/model/names.ts";
import type {
	Instant,
	RunId,
	TaskName,
} from "../../orchestrator/model/words.ts";
import {
	type Job,
	RuntimeUnreachable,
} from "../../orchestrator/runtimes/port.ts";
import { WALL } from "../rig/plans.ts";
import { Puppet } from "../rig/puppet.ts";
import type { PuppetTask } from "../rig/puppet-task.ts";
import { runtimeContract } from "./contract.ts";
import { patience, type RuntimeRig, type Step } from "./contract-rig.ts";

runtimeContract("puppet", puppetRig);

describe("the puppet", () => {
	let rig: PuppetRig;
	beforeEach(async () => {
		rig = await puppetRig((puppet) => puppet.auto(() => undefined));
	});
	afterEach(() => rig.close());

	test("is moved by the test", async () => {
		const job = rig.job([]);
		await rig.runtime.launch(job, patience);
		const task = await rig.runtime.next("act");
		task.write("/out/hand/x.csv", "1,2");
		expect(existsSync(rig.hand(job, "x.csv"))).toBe(true);
		task.exit(0);
		expect(await rig.runtime.wait(job.name, patience)).toMatchObject({
			code: 0,
		});
		expect(() => task.exit(1)).toThrow("it has ended already");
	});

	test("hands out each job once, whoever comes first", async () => {
		const first = rig.runtime.next("act");
		const jobs = [rig.job([]), rig.job([])];
		for (const job of jobs) await rig.runtime.launch(job, patience);
		expect((await first).job).toBe(jobs[0]);
		expect((await rig.runtime.next("act")).job).toBe(jobs[1]);
	});

	test("refuses once, when it is told to", async () => {
		const job = rig.job([]);
		rig.runtime.refuse("act", { message: "No.", lost: true });
		expect(await rig.runtime.launch(job, patience)).toEqual({
			kind: "refused",
			message: "No.",
			lost: true,
		});
		expect(await rig.runtime.launch(job, patience)).toMatchObject({
			kind: "started",
		});
	});

	test("does not answer while its line is cut, not even those who wait", async () => {
		const job = rig.job([]);
		await rig.runtime.launch(job, patience);
		const waiting = rig.runtime.wait(job.name, patience);
		rig.runtime.cut();
		await expect(waiting).rejects.toThrow(RuntimeUnreachable);
		await expect(rig.runtime.list()).rejects.toThrow(RuntimeUnreachable);
		rig.runtime.mend();
		expect(await rig.runtime.list()).toMatchObject([{ running: true }]);
	});

	test("complains about another job under the same name", async () => {
		const job = rig.job([]);
		await rig.runtime.launch(job, patience);
		const other = { ...job, user: "0:0" };
		await expect(rig.runtime.launch(other, patience)).rejects.toThrow(
			"another job under the name",
		);
		expect(rig.runtime.complaints).toHaveLength(1);
	});

	test("complains about waiting for what was never launched", async () => {
		const { name } = rig.job([]);
		await expect(rig.runtime.wait(name, patience)).rejects.toThrow(
			"never launched",
		);
	});

	test("complains about a second life", async () => {
		const job = rig.job([]);
		await rig.runtime.launch(job, patience);
		await rig.runtime.remove(job.name);
		await expect(rig.runtime.launch(job, patience)).rejects.toThrow(
			"after it was removed",
		);
	});

	test("may end by hand what was to stop", async () => {
		const job = rig.job([]);
		await rig.runtime.launch(job, patience);
		const task = await rig.runtime.next("act");
		task.onStop = "linger";
		const stopping = rig.runtime.stop(job.name);
		task.exit(0);
		await stopping;
		expect(task.end).toMatchObject({ code: 0 });
	});
});

interface PuppetRig extends RuntimeRig {
	readonly runtime: Puppet;
}

async function puppetRig(
	prepare = (puppet: Puppet) => puppet.auto(perform),
): Promise<PuppetRig> {
	const folder = await mkdtemp(join(tmpdir(), "berth-puppet-"));
	const runtime = new Puppet();
	prepare(runtime);
	runtime.lack("nowhere");
	const hand = (job: Job, file: string) => join(folder, job.name, file);
	let count = 0;
	return {
		runtime,
		missingImage: "nowhere",
		hasWall: true,
		hand,
		reconnect: async () => runtime.reconnect(),
		strew: async () => {
			runtime.strew({
				kind: "network",
				id: "1",
				name: "net",
				attempt: null,
				run: null,
				createdAt: 0 as Instant,
			});
			return ["net"];
		},
		leftovers: async () => (await runtime.list()).map(({ name }) => name),
		close: () => rm(folder, { recursive: true }),
		job: (steps, change = {}) => {
			const job = emptyJob(++count, [JSON.stringify(steps)]);
			const source = hand(job, "");
			mkdirSync(source, { recursive: true });
			const mounts = [{ source, target: "/out/hand", readOnly: false }];
			return { ...job, mounts, ...change };
		},
	};
}

/** What act.mjs does for real. */
function perform(job: Job, task: PuppetTask): undefined {
	const steps: Step[] = JSON.parse(job.command[0] ?? "[]");
	const act = async () => {
		for (const step of steps) if (!task.end) await take(step, task);
		if (!task.end) task.exit(0);
	};
	act().catch((error) => task.say(String(error), "stderr"));
}

async function take(step: Step, task: PuppetTask): Promise<void> {
	switch (step.do) {
		case "print": {
			const bytes = Buffer.from(step.base64, "base64");
			task.say(Buffer.concat(Array(step.times ?? 1).fill(bytes)), step.to);
			return;
		}
		case "print-env":
			return task.print(task.job.env[step.name] ?? "");
		case "print-file": {
			const path = task.locate(task.job.env[step.name] ?? "");
			return task.say(await readFile(path));
		}
		case "put":
			return task.write(`/out/hand/${step.file}`, step.text);
		case "await":
			while (!existsSync(task.locate(`/out/hand/${step.file}`)) && !task.end)
				await new Promise((resolve) => setTimeout(resolve, 1));
			return;
		case "ignore-stop":
			task.onStop = "ignore";
			return;
		case "fill-memory":
			return task.outOfMemory();
		case "exit":
			return task.exit(step.code);
	}
}

function emptyJob(count: number, command: readonly string[]): Job {
	const run = "test@2026-11-21~1" as RunId;
	const task = "act" as TaskName;
	return {
		name: containerName("puppet", run, task, count),
		run,
		task,
		attempt: attemptId(run, task, count),
		image: { id: "puppet:act", key: "" },
		command,
		env: {},
		user: "1000:1000",
		mounts: [],
		wall: { ...WALL, memoryBytes: 2 ** 28, cpus: 1, pids: 64, pull: "never" },
		logBytes: 2 ** 20,
	};
}
