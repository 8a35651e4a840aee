import { existsSync, readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FileArtifacts } from "../../orchestrator/artifacts/file-artifacts.ts";
import { sweep } from "../../orchestrator/engine/sweeper.ts";
import { restoreRun } from "../../orchestrator/model/begin.ts";
import { containerName } from "../../orchestrator/model/names.ts";
import type { Run } from "../../orchestrator/model/run.ts";
import type { ContainerName, RunId } from "../../orchestrator/model/words.ts";
import { EngineRig, INSTANCE } from "../rig/engine-rig.ts";
import { aPlan, aTask, instant, named } from "../rig/plans.ts";
import { Puppet } from "../rig/puppet.ts";

let puppet: Puppet;
let rig: EngineRig;
let swept: string[];

beforeEach(() => {
	puppet = new Puppet();
	rig = new EngineRig(puppet);
	swept = [];
});
afterEach(() => rig.remove());

const artifacts = () =>
	new FileArtifacts({
		data: rig.data,
		publications: rig.store,
		user: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
	});

const sweepNow = (active?: readonly Run[]) =>
	sweep({
		runtime: puppet,
		artifacts: artifacts(),
		active: async () => active ?? (await rig.store.active()),
		instance: INSTANCE,
		onSwept: (text) => swept.push(text),
	});

test("what a live task owns is never touched", async () => {
	const id = await rig.begin(aPlan(aTask("train")));
	const train = await puppet.next("train");
	await sweepNow();
	expect(swept).toEqual([]);
	train.exit(0);
	expect((await rig.settled(id)).status).toBe("succeeded");
});

test("a container of ours that no task owns is removed, and told", async () => {
	const id = await rig.begin(aPlan(aTask("train")));
	const train = await puppet.next("train");
	await rig.engine.close();
	const forgetful = new EngineRig(puppet);
	await sweep({
		runtime: puppet,
		artifacts: new FileArtifacts({
			data: forgetful.data,
			publications: forgetful.store,
			user: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
		}),
		active: () => forgetful.store.active(),
		instance: INSTANCE,
		onSwept: (text) => swept.push(text),
	});
	await forgetful.remove();
	expect(await puppet.list()).toEqual([]);
	expect(swept).toEqual([expect.stringContaining(train.job.name)]);
	expect(swept[0]).toContain(`${id}/train/1`);
});

test("staging that was kept for inspection goes after a week", async () => {
	const attempt = containerName(INSTANCE, RUN, named("train"), 1);
	const folder = await staged(attempt);
	await artifacts().discard(attempt, true);
	age(folder, 6);
	await sweepNow();
	expect(existsSync(folder)).toBe(true);
	age(folder, 8);
	await sweepNow();
	expect(existsSync(folder)).toBe(false);
});

test("the attempt that a task may make next is owned already, as is what it owes", async () => {
	const run = restoreRun({
		id: RUN,
		plan: aPlan(aTask("waits"), aTask("rests"), aTask("owes")),
		begun: instant(1),
		cancelled: null,
		tasks: [
			[named("rests"), { ...TRIED, status: "resting" }],
			[named("owes"), { status: "cancelled", at: instant(1) }],
		],
		owed: [[named("owes"), [{ attempt: 3, keep: false }]]],
	});
	const owned = ["waits/1", "rests/2", "owes/3"];
	const free = ["waits/2", "rests/3", "owes/4"];
	const folders = new Map<string, string>();
	for (const one of [...owned, ...free]) {
		const [task = "", attempt] = one.split("/");
		const name = containerName(INSTANCE, RUN, named(task), Number(attempt));
		folders.set(one, await staged(name));
	}
	for (const folder of folders.values()) age(folder, 8);
	await sweepNow([run]);
	const left = [...folders].filter(([, folder]) => existsSync(folder));
	expect(left.map(([one]) => one)).toEqual(owned);
});

const RUN = "p@2026-11-20~1" as RunId;
const TRIED = {
	attempt: 1,
	tally: { failed: 1, lost: 0 },
	until: instant(2),
	ending: { kind: "exited", code: 1, message: "It exited with 1." },
} as const;

async function staged(name: ContainerName): Promise<string> {
	const user = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
	await artifacts().stage(name, [], user);
	return join(rig.data, ".berth/staging", name);
}

/** As if nobody had touched it, or what is in it, for so many days. */
function age(folder: string, days: number): void {
	const then = Date.now() / 1000 - days * 86_400;
	for (const name of readdirSync(folder))
		utimesSync(join(folder, name), then, then);
	utimesSync(folder, then, then);
}
