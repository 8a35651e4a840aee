import { expect, test } from "vitest";
import type { Plan } from "../../orchestrator/model/plan.ts";
import type { DataPath } from "../../orchestrator/model/words.ts";
import { anEngine } from "../rig/an-engine.ts";
import type { EngineRig } from "../rig/engine-rig.ts";
import { aPlan, aTask } from "../rig/plans.ts";
import type { Puppet } from "../rig/puppet.ts";

let puppet: Puppet;
let rig: EngineRig;
const begin = (plan: Plan) => {
	({ puppet, rig } = anEngine());
	return rig.begin(plan);
};

const MIB = 2 ** 20;
const wall = { ...(aTask("a").work as { wall: object }).wall, diskBytes: MIB };
const aFiller = (retries: number) =>
	aTask("fill", {
		retries,
		work: { out: { data: "data" as DataPath }, wall: wall as never },
	});

const endings = async (id: Parameters<EngineRig["detail"]>[0]) =>
	(await rig.detail(id)).tasks[0]?.attempts.map(({ ending }) => ending);

test("a task that writes more than it may is stopped, and tried again on empty outputs as its retries say", async () => {
	const id = await begin(aPlan(aFiller(1)));
	const first = await puppet.next("fill");
	first.write("/out/data/x", Buffer.alloc(MIB + 1, 1));
	const second = await puppet.next("fill");
	expect(first.end).toMatchObject({ code: 143 });
	second.write("/out/data/y", "small");
	second.exit(0);
	const run = await rig.settled(id);
	expect(run.tasks[0]).toMatchObject({
		state: { value: { outputs: { data: { files: 1 } } } },
		attempts: [{ ending: { kind: "out-of-disk", code: null } }, {}],
	});
	expect(rig.journal).toContainEqual(
		expect.objectContaining({ type: "overflowed", attempt: 1 }),
	);
});

test("what it writes to its result counts as well, and a task that stays within its limit is left alone", async () => {
	const id = await begin(aPlan(aFiller(0)));
	const task = await puppet.next("fill");
	task.write("/out/data/x", Buffer.alloc(MIB / 2, 1));

	await new Promise((resolve) => setTimeout(resolve, 1_500));
	expect(task.end).toBeNull();
	task.write("/result/x", Buffer.alloc(MIB, 1));
	await rig.settled(id);
	expect(await endings(id)).toMatchObject([{ kind: "out-of-disk" }]);
});

test("a burst between two looks is not published", async () => {
	const id = await begin(aPlan(aFiller(0)));
	const task = await puppet.next("fill");
	task.write("/out/data/x", Buffer.alloc(2 * MIB, 1));
	task.exit(0);
	await rig.settled(id);
	expect(await endings(id)).toEqual([
		{
			kind: "rejected",
			code: null,
			message:
				'Task "fill" wrote 2 MiB into its outputs, above its limit of 1 MiB ("disk"), so nothing of it is published. Let it write less, or give it more.',
		},
	]);
});
