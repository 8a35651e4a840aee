import { afterEach, beforeEach, expect, test } from "vitest";
import type { LogLine } from "../../orchestrator/api/berth.ts";
import { Changes } from "../../orchestrator/api/changes.ts";
import { followLog } from "../../orchestrator/api/follow-log.ts";
import { Reading } from "../../orchestrator/api/reading.ts";
import { FolderCatalogue } from "../../orchestrator/define/catalogue.ts";
import { systemClock } from "../../orchestrator/engine/clock.ts";
import type { RunId } from "../../orchestrator/model/words.ts";
import type { LogStore } from "../../orchestrator/store/logs-port.ts";
import { EngineRig, INSTANCE } from "../rig/engine-rig.ts";
import { aPlan, aTask, named } from "../rig/plans.ts";
import { Puppet } from "../rig/puppet.ts";

let puppet: Puppet;
let rig: EngineRig;
let changes: Changes;
beforeEach(() => {
	puppet = new Puppet();
	rig = new EngineRig(puppet);
	changes = new Changes();
	rig.logs.onGrown = () => changes.logGrown();
});
afterEach(() => rig.remove());

/** Who follows the log of `train`; `afterRead` happens between a look at what is stored and what follows from it. */
function following(run: RunId, afterRead: () => Promise<void>) {
	const logs: LogStore = {
		open: (name) => rig.logs.open(name),
		tail: (name, records) => rig.logs.tail(name, records),
		has: (name) => rig.logs.has(name),
		removeOld: (before, but) => rig.logs.removeOld(before, but),
		read: async (name, from) => {
			const answer = await rig.logs.read(name, from);
			await afterRead();
			return answer;
		},
	};
	const reading = new Reading({
		store: rig.store,
		artifacts: rig.artifacts,
		logs,
		catalogue: new FolderCatalogue({ folder: rig.data, zone: "UTC" }),
		instance: INSTANCE,
		now: systemClock.now,
	});
	const active = (id: RunId) => rig.engine.run(id);
	const { signal } = new AbortController();
	const request = { run, task: named("train"), follow: true };
	const world = { reading, changes, active, signal };
	return followLog(request, world)[Symbol.asyncIterator]();
}

test("a line that is stored just after one has looked is told all the same", async () => {
	const run = await rig.begin(aPlan(aTask("train")));
	const train = await puppet.next("train");
	let isFirst = true;
	const lines = following(run, async () => {
		if (!isFirst) return;
		isFirst = false;
		train.print("waiting");
		await expect.poll(() => changes.growths).toBeGreaterThan(0);
	});
	const { value } = (await lines.next()) as IteratorYieldResult<LogLine>;
	expect(value).toMatchObject({ attempt: 1, text: "waiting" });
	train.exit(0);
	await rig.settled(run);
});
