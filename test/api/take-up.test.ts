import { beforeEach, expect, test } from "vitest";
import { takenUp, takeUp } from "../../orchestrator/api/take-up.ts";
import type { RunId } from "../../orchestrator/model/words.ts";
import type { NewRun } from "../../orchestrator/store/port.ts";
import { anEngine } from "../rig/an-engine.ts";
import type { EngineRig } from "../rig/engine-rig.ts";
import { aPlan, aTask, instant } from "../rig/plans.ts";
import type { Puppet } from "../rig/puppet.ts";

const made: NewRun = {
	id: "p@2026-11-20~1" as RunId,
	plan: aPlan(aTask("train")),
	trigger: { kind: "hand" },
	createdAt: instant(0),
	carried: [],
};

let puppet: Puppet;
let rig: EngineRig;
beforeEach(() => {
	({ puppet, rig } = anEngine());
});

test("a run that was stored before the disk failed is done, and whoever asked is told of the disk", async () => {
	const create = rig.store.create.bind(rig.store);
	rig.store.create = async (run) => {
		await create(run);
		throw new Error("EIO");
	};
	await expect(takeUp(rig, made)).rejects.toThrow("EIO");
	(await puppet.next("train")).exit(0);
	expect((await rig.settled(made.id)).status).toBe("succeeded");
});

test("asking again takes up what nobody has taken up, and no run that is over", async () => {
	await rig.store.create(made);
	await takeUp(rig, made);
	(await puppet.next("train")).exit(0);
	await rig.settled(made.id);
	await takeUp(rig, made);
	expect(rig.engine.run(made.id)).toBeUndefined();
	expect(puppet.launched).toHaveLength(1);
});

test("what is asked for is taken up before the owner has looked at all that is left, and what is over never", async () => {
	await rig.store.create(made);
	expect(rig.engine.run(made.id)).toBeUndefined();
	expect(await takenUp(rig, made.id)).toMatchObject({ id: made.id });
	(await puppet.next("train")).exit(0);
	await rig.settled(made.id);
	expect(await takenUp(rig, made.id)).toBeUndefined();
	expect(puppet.launched).toHaveLength(1);
});
