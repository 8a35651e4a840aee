import { expect, test } from "vitest";
import { systemClock } from "../../orchestrator/engine/clock.ts";
import type { UnderWay } from "../../orchestrator/engine/under-way.ts";
import type { DataPath } from "../../orchestrator/model/words.ts";
import { anEngine } from "../rig/an-engine.ts";
import type { EngineRig, RigOptions } from "../rig/engine-rig.ts";
import { aPlan, aSensor, aTask } from "../rig/plans.ts";
import type { Puppet } from "../rig/puppet.ts";

let puppet: Puppet;
let rig: EngineRig;
function aRig(options: RigOptions = {}): void {
	({ puppet, rig } = anEngine(options));
}

/** Begin to drain; `left` has what is told, turn by turn. */
function draining() {
	const left: string[] = [];
	const done = rig.engine.drain((now) => left.push(inWords(now)));
	return { left, done };
}

const inWords = (left: readonly UnderWay[]): string =>
	left.map(({ task, do: verb }) => `${task}: ${verb}`).join(", ");

/** The next process on the same data. */
async function startedAnew(): Promise<void> {
	await rig.close();
	({ rig } = anEngine({ data: rig.data }, puppet));
	await rig.engine.start();
}

const table = { table: "processed/table" as DataPath };

test("what is under way ends and is published, nothing new begins, and the next start goes on", async () => {
	aRig({ slots: 1 });
	const id = await rig.begin(
		aPlan(
			aTask("first", { work: { out: table } }),
			aTask("follows", { after: ["first"] }),
			aSensor("looks"),
		),
	);
	const first = await puppet.next("first");
	const other = aPlan(aTask("waits for its slot"));
	const next = await rig.begin(other, "p@2026-11-20~2");
	const { left, done } = draining();
	first.write("/out/table/t.csv", "1");
	first.exit(0);
	await done;
	expect(left).toContain("first: publish");
	expect(left.at(-1)).toBe("");
	expect(await rig.store.published("")).toHaveLength(1);
	expect(await puppet.list()).toEqual([]);
	expect(puppet.launched.map(({ task }) => task)).toEqual(["first"]);

	await startedAnew();
	(await puppet.next("waits for its slot")).exit(0);
	(await puppet.next("follows")).exit(0);
	const { tasks } = await rig.detail(id);
	expect(tasks.find(({ name }) => name === "looks")?.state.status).toBe(
		"watching",
	);
	rig.engine.observe(id, {
		type: "cancel-requested",
		at: systemClock.now(),
	});
	await rig.settled(id);
	await rig.settled(next);
});

test("an attempt that fails meanwhile is tried again by the next one", async () => {
	aRig();
	const id = await rig.begin(aPlan(aTask("fails", { retries: 1 })));
	const fails = await puppet.next("fails");
	const { done } = draining();
	fails.exit(1);
	await done;
	expect(puppet.launched).toHaveLength(1);
	await startedAnew();
	(await puppet.next("fails")).exit(0);
	expect((await rig.settled(id)).status).toBe("succeeded");
});

test("a run that waited for its turn stays queued", async () => {
	aRig();
	const plan = { ...aPlan(aTask("only")), oneAtATime: true };
	const first = await rig.begin(plan, "p@2026-11-20~1");
	const second = await rig.begin(plan, "p@2026-11-20~2");
	const only = await puppet.next("only");
	const { done } = draining();
	only.exit(0);
	await done;
	expect((await rig.detail(first)).status).toBe("succeeded");
	expect((await rig.detail(second)).status).toBe("queued");
	await startedAnew();
	(await puppet.next("only")).exit(0);
	await rig.settled(second);
});

test("a cancel is heeded, and ends the waiting", async () => {
	aRig();
	const id = await rig.begin(aPlan(aTask("long")));
	await puppet.next("long");
	const { left, done } = draining();
	rig.engine.observe(id, {
		type: "cancel-requested",
		at: systemClock.now(),
	});
	await done;
	expect(left).toContain("long: stop");
	expect((await rig.detail(id)).status).toBe("cancelled");
});

test("where nothing is under way it is over at once", async () => {
	aRig();
	const { left, done } = draining();
	await done;
	expect(left).toEqual([""]);
});
