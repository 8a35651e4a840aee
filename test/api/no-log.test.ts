import { afterEach, beforeEach, expect, test } from "vitest";
import type { LogLine } from "../../orchestrator/api/berth.ts";
import { Reading } from "../../orchestrator/api/reading.ts";
import { FolderCatalogue } from "../../orchestrator/define/catalogue.ts";
import { systemClock } from "../../orchestrator/engine/clock.ts";
import type { DataPath, RunId } from "../../orchestrator/model/words.ts";
import { EngineRig, INSTANCE } from "../rig/engine-rig.ts";
import { aPlan, aPromotion, aTask, named } from "../rig/plans.ts";
import { Puppet } from "../rig/puppet.ts";

let puppet: Puppet;
let rig: EngineRig;

beforeEach(() => {
	puppet = new Puppet();
	rig = new EngineRig(puppet);
});
afterEach(() => rig.remove());

test("who asks for the log of what was unchanged is told whose log there is", async () => {
	const work = {
		cache: { kind: "always" },
		out: { o: "made/o" as DataPath },
	} as const;
	const plan = aPlan(aTask("train", { work }));
	const first = await rig.begin(plan, "p@2026-11-20~1");
	const job = await puppet.next("train");
	job.print("hello");
	job.write("/out/o/x", "1");
	job.exit(0);
	await rig.settled(first);
	const second = await rig.begin(plan, "p@2026-11-20~2");
	await rig.settled(second);
	expect(await read(first, "train")).toMatchObject([{ text: "hello" }]);
	await expect(read(second, "train")).rejects.toThrow(
		'Task "train" of run "p@2026-11-20~2" has no log: it was unchanged, so no container ran. What it gives was computed by p@2026-11-20~1/train/1, ' +
			"whose log `berth logs 'p@2026-11-20~1' train --attempt 1` shows.",
	);
});

test("who asks for the log of what ran no container is told so, and why", async () => {
	const plan = aPlan(
		aTask("train", { work: { in: { raw: { from: "path", path: "raw" } } } }),
		aPromotion("promote", { work: {} }),
	);
	const run = await rig.begin(plan, "p@2026-11-20~1");
	await rig.settled(run);
	await expect(read(run, "train")).rejects.toThrow(
		'Task "train" of run "p@2026-11-20~1" has no log: no container ran in its attempt 1. Nothing is at "raw": ',
	);
	await expect(read(run, "promote")).rejects.toThrow(
		'Task "promote" of run "p@2026-11-20~1" has no log: no container ran in its attempt 1. ',
	);
});

const read = (run: RunId, task: string): Promise<LogLine[]> => {
	const reading = new Reading({
		store: rig.store,
		artifacts: rig.artifacts,
		logs: rig.logs,
		catalogue: new FolderCatalogue({ folder: rig.data, zone: "UTC" }),
		instance: INSTANCE,
		now: systemClock.now,
	});
	return Array.fromAsync(
		reading.logs({ run, task: named(task), follow: false }),
	);
};
