import { join } from "node:path";
import { expect, test } from "vitest";
import { Changes } from "../../orchestrator/api/changes.ts";
import { Reading } from "../../orchestrator/api/reading.ts";
import { Wishes } from "../../orchestrator/api/wishes.ts";
import { FolderCatalogue } from "../../orchestrator/define/catalogue.ts";
import { systemClock as clock } from "../../orchestrator/engine/clock.ts";
import { anEngine } from "../rig/an-engine.ts";
import { type EngineRig, INSTANCE } from "../rig/engine-rig.ts";
import { aPlan, aTask } from "../rig/plans.ts";

/** What people ask of this engine, and the changes of which its runs would tell. */
function wishesFor(rig: EngineRig) {
	const { store, artifacts, engine, logs } = rig;
	const folder = join(rig.data, "pipelines");
	const catalogue = new FolderCatalogue({ folder, zone: "UTC" });
	const reading = new Reading({
		...{ store, artifacts, logs, catalogue },
		instance: INSTANCE,
		now: clock.now,
	});
	const changes = new Changes();
	const isDraining = (): boolean => false;
	const project = async (): Promise<void> => undefined;
	const parts = { store, artifacts, engine, catalogue, reading, changes };
	const wishes = new Wishes({ ...parts, clock, isDraining, project });
	return { changes, wishes };
}

test("who cancels a run is answered when that is remembered, whatever else happens to the run meanwhile", async () => {
	const { rig, puppet } = anEngine();
	const id = await rig.begin(aPlan(aTask("train")));
	await puppet.next("train");
	const { changes, wishes } = wishesFor(rig);
	const observe = rig.engine.observe.bind(rig.engine);
	rig.engine.observe = (...heard) => {
		observe(...heard);
		queueMicrotask(() => changes.runChanged(id, false)); // such as: it has started
	};
	const told = wishes.cancel(id);
	const remembered = rig.until((run) => run.cancelled !== null);
	const first = await Promise.race([
		told.then(() => "answered"),
		remembered.then(() => "remembered"),
	]);
	expect(first).toBe("remembered");
	changes.runChanged(id, false);
	expect(await told).toMatchObject({ id });
	expect((await rig.settled(id)).status).toBe("cancelled");
});
