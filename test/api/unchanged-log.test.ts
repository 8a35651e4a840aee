import { afterEach, expect, test } from "vitest";
import { Reading } from "../../orchestrator/api/reading.ts";
import { FolderCatalogue } from "../../orchestrator/define/catalogue.ts";
import { systemClock } from "../../orchestrator/engine/clock.ts";
import type { DataPath, RunId } from "../../orchestrator/model/words.ts";
import { EngineRig, INSTANCE } from "../rig/engine-rig.ts";
import { aPlan, aTask, named } from "../rig/plans.ts";
import { Puppet } from "../rig/puppet.ts";

const puppet = new Puppet();
const rig = new EngineRig(puppet);

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
	const reading = new Reading({
		store: rig.store,
		artifacts: rig.artifacts,
		logs: rig.logs,
		catalogue: new FolderCatalogue({ folder: rig.data, zone: "UTC" }),
		instance: INSTANCE,
		now: systemClock.now,
	});
	const read = (run: RunId) =>
		Array.fromAsync(reading.logs({ run, task: named("train"), follow: false }));
	expect(await read(first)).toMatchObject([{ text: "hello" }]);
	await expect(read(second)).rejects.toThrow(
		'Task "train" of run "p@2026-11-20~2" has no log: it was unchanged, so no container ran. What it gives was computed by p@2026-11-20~1/train/1, ' +
			"whose log `berth logs 'p@2026-11-20~1' train --attempt 1` shows.",
	);
});
