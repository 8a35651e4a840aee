import { existsSync, mkdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FileArtifacts } from "../../orchestrator/artifacts/file-artifacts.ts";
import { sweep } from "../../orchestrator/engine/sweeper.ts";
import { containerName } from "../../orchestrator/model/names.ts";
import type { RunId } from "../../orchestrator/model/words.ts";
import { EngineRig, INSTANCE } from "../rig/engine-rig.ts";
import { aPlan, aTask, named } from "../rig/plans.ts";
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

const sweepNow = () =>
	sweep({
		runtime: puppet,
		artifacts: new FileArtifacts({
			data: rig.data,
			publications: rig.store,
			user: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
		}),
		active: () => rig.engine.active(),
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
		active: () => forgetful.engine.active(),
		instance: INSTANCE,
		onSwept: (text) => swept.push(text),
	});
	await forgetful.remove();
	expect(await puppet.list()).toEqual([]);
	expect(swept).toEqual([expect.stringContaining(train.job.name)]);
	expect(swept[0]).toContain(`${id}/train/1`);
});

test("staging that was kept for inspection goes after a week", async () => {
	const run = "p@2026-11-20~1" as RunId;
	const name = containerName(INSTANCE, run, named("train"), 1);
	const folder = join(rig.data, ".berth/staging", name);
	mkdirSync(folder, { recursive: true });
	await sweepNow();
	expect(existsSync(folder)).toBe(true);
	const longAgo = Date.now() / 1000 - 8 * 86_400;
	utimesSync(folder, longAgo, longAgo);
	await sweepNow();
	expect(existsSync(folder)).toBe(false);
});
