import { join } from "node:path";
import { expect, test } from "vitest";
import { retryRun } from "../../orchestrator/api/retry-run.ts";
import { resumeSweep, type SweepParts } from "../../orchestrator/api/sweeps.ts";
import { takeUp } from "../../orchestrator/api/take-up.ts";
import { FolderCatalogue } from "../../orchestrator/define/catalogue.ts";
import { systemClock as clock } from "../../orchestrator/engine/clock.ts";
import { sweepRunId } from "../../orchestrator/model/sweep.ts";
import { EngineRig } from "../rig/engine-rig.ts";
import { aPlan, aTask } from "../rig/plans.ts";
import { Puppet } from "../rig/puppet.ts";

const SWEEP = { id: "p@2026-11-20~S", size: 1, sets: { seed: "1" } };

test("two who resume a sweep at once retry what failed once, and who resumes it later once more", async () => {
	const puppet = new Puppet();
	const rig = new EngineRig(puppet);
	const folder = join(rig.data, "pipelines");
	const catalogue = new FolderCatalogue({ folder, zone: "UTC" });
	const parts: SweepParts = { ...rig, catalogue, clock };
	const resume = () =>
		resumeSweep(
			{
				...parts,
				retry: async (id, request) => {
					const run = await rig.detail(id);
					const isThere = async () => true;
					const now = clock.now();
					await takeUp(rig, await retryRun(run, request, { now, isThere }));
				},
			},
			SWEEP.id,
		);
	const fails = async () => (await puppet.next("fit")).exit(1);
	const sweep = { ...SWEEP, index: 1 };
	const id = sweepRunId(sweep);
	const plan = aPlan(aTask("fit"));
	const trigger = { kind: "hand", sweep } as const;
	const createdAt = clock.now();
	await takeUp(rig, { id, plan, trigger, createdAt, carried: [] });
	await fails();
	await rig.settled(id);

	const [one, other] = await Promise.all([resume(), resume()]);
	expect(other.map(({ id }) => id)).toEqual(one.map(({ id }) => id));
	expect(await rig.store.runs({ sweep: SWEEP.id })).toHaveLength(2);
	await fails();
	for (const { id: retried } of await rig.store.runs({ sweep: SWEEP.id }))
		await rig.settled(retried);

	await resume();
	const runs = await rig.store.runs({ sweep: SWEEP.id });
	expect(runs.map(({ trigger: { kind } }) => kind)).toEqual([
		"retry",
		"retry",
		"hand",
	]);
	await fails();
	for (const { id: retried } of runs) await rig.settled(retried);
	await catalogue.close();
	await rig.remove();
	expect(puppet.complaints).toEqual([]);
});
