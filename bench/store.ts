// What many objects cost: a run of 1,000 tasks computed, and the same unchanged, in a store that is nearly empty and in one of 100,000 objects;
// real SQLite and real folders, fake containers. Filling the store takes minutes.
//   node bench/store.ts [objects]
import type { DataPath } from "../orchestrator/model/words.ts";
import { EngineRig } from "../test/rig/engine-rig.ts";
import { aPlan, aTask } from "../test/rig/plans.ts";
import { Puppet } from "../test/rig/puppet.ts";

const objects = Number(process.argv[2] ?? 100_000);
const SIZE = 1_000;
const puppet = new Puppet();
puppet.auto((job, task) => {
	task.write("/out/o/value", job.command.join());
	return 0;
});
const rig = new EngineRig(puppet, { slots: 16 });
let runs = 0;
try {
	await secondsOf(0); // the first one compiles
	const few = { computed: await secondsOf(1), unchanged: await secondsOf(1) };
	for (let batch = 2; batch * SIZE < objects; batch++) await secondsOf(batch);
	const batch = Math.ceil(objects / SIZE);
	const many = {
		computed: await secondsOf(batch),
		unchanged: await secondsOf(batch),
	};
	for (const what of ["computed", "unchanged"] as const)
		console.log(
			`${what.padEnd(10)} ${rate(few[what])} tasks/s of ${2 * SIZE} objects, ${rate(many[what])} of ${objects}: ${(many[what] / few[what]).toFixed(2)} ×`,
		);
} finally {
	await rig.remove();
}

/** Of a run of tasks that each publish an object of their own; the same batch again is unchanged. */
async function secondsOf(batch: number): Promise<number> {
	const tasks = Array.from({ length: SIZE }, (_, i) =>
		aTask(`t${i}`, {
			work: {
				command: [`${batch}/${i}`],
				out: { o: `made/${batch}/${i}` as DataPath },
				cache: { kind: "always" },
			},
		}),
	);
	const began = performance.now();
	const id = await rig.begin(aPlan(...tasks), `p@2026-11-20~${++runs}`);
	const { status } = await rig.settled(id);
	if (status !== "succeeded") throw new Error(`${id} ${status}`);
	return (performance.now() - began) / 1000;
}

function rate(seconds: number): string {
	return (SIZE / seconds).toFixed(0).padStart(6);
}
