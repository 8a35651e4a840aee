// Tasks per second of the core on fake containers that end at once: the real engine and the real SQLite file, for runs of 10, 1,000 and
// 10,000 tasks (200 runs of ten at a time, two of a thousand). The figure should not fall with the size. Beside it the same with the real data directory: staging folders and logs.
//   node bench/core.ts
import type { Plan, Task } from "../orchestrator/model/plan.ts";
import { EngineRig, type RigOptions } from "../test/rig/engine-rig.ts";
import { noArtifacts, noLogs } from "../test/rig/nowhere.ts";
import { aPlan, aTask } from "../test/rig/plans.ts";
import { Puppet } from "../test/rig/puppet.ts";

await tasksPerSecond(fan(1_000), 1, {}); // the first one compiles
for (const size of [10, 1_000, 10_000])
	for (const [shape, plan] of [
		["fan", fan(size)],
		["layers of 10", layers(size)],
	] as const)
		await print(size, shape, plan);

async function print(size: number, shape: string, plan: Plan): Promise<void> {
	const repeats = Math.max(1, Math.round(2_000 / size));
	const core = await tasksPerSecond(plan, repeats, {
		artifacts: noArtifacts,
		logs: noLogs,
	});
	const whole = await tasksPerSecond(plan, Math.ceil(repeats / 4), {});
	console.log(
		`${String(size).padStart(6)} tasks, ${shape.padEnd(12)} ${core.toFixed(0).padStart(6)} tasks/s, with the data directory ${whole.toFixed(0)}`,
	);
}

async function tasksPerSecond(
	plan: Plan,
	repeats: number,
	options: RigOptions,
): Promise<number> {
	const puppet = new Puppet();
	puppet.auto(() => 0);
	const rig = new EngineRig(puppet, { slots: 4, ...options });
	try {
		const began = performance.now();
		const runs = Array.from({ length: repeats }, async (_, i) =>
			rig.settled(await rig.begin(plan, `p@2026-11-20~${i}`)),
		);
		await Promise.all(runs);
		return (plan.tasks.length * repeats * 1000) / (performance.now() - began);
	} finally {
		await rig.remove();
	}
}

function fan(size: number): Plan {
	return aPlan(...Array.from({ length: size }, (_, i) => aTask(`t${i}`)));
}

/** Each layer of ten waits for the one before. */
function layers(size: number): Plan {
	const tasks: Task[] = [];
	for (let i = 0; i < size; i++) {
		const before = Math.floor(i / 10) * 10 - 10;
		const after =
			before < 0
				? []
				: tasks.slice(before, before + 10).map(({ name }) => name);
		tasks.push(aTask(`t${i}`, { after }));
	}
	return aPlan(...tasks);
}
