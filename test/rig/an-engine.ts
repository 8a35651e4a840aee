import { expect, onTestFinished } from "vitest";
import { EngineRig, type RigOptions } from "./engine-rig.ts";
import { Puppet } from "./puppet.ts";

/** An engine and its containers for one test. They are taken away with it; none may be left. */
export function anEngine(options: RigOptions = {}, puppet = new Puppet()) {
	const rig = new EngineRig(puppet, options);
	onTestFinished(async () => expect(await puppet.list()).toEqual([]));
	takenAway(rig, puppet);
	return { rig, puppet };
}

/** With the test, which must have used the containers as those of a runtime may be. */
export function takenAway(rig: EngineRig, puppet: Puppet): void {
	onTestFinished(async () => {
		await rig.remove();
		expect(puppet.complaints).toEqual([]);
	});
}
