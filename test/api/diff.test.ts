import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { diff } from "../../orchestrator/api/diff.ts";
import { removeTree } from "../../orchestrator/artifacts/remove-tree.ts";
import type { DataPath, RunId } from "../../orchestrator/model/words.ts";
import { anEngine } from "../rig/an-engine.ts";
import type { EngineRig } from "../rig/engine-rig.ts";
import { aPlan, aTask } from "../rig/plans.ts";
import type { Puppet } from "../rig/puppet.ts";

let puppet: Puppet;
let rig: EngineRig;

beforeEach(() => {
	({ puppet, rig } = anEngine());
});

const plan = aPlan(
	aTask("train", { work: { out: { model: "models/new" as DataPath } } }),
);

let runs = 0;
/** Trains a model of these files. */
async function train(files: Readonly<Record<string, string>>): Promise<RunId> {
	const id = await rig.begin(plan, `p@2026-11-2${runs % 10}~${++runs}`);
	const job = await puppet.next("train");
	for (const [name, text] of Object.entries(files))
		job.write(`/out/model/${name}`, text);
	job.exit(0);
	await rig.settled(id);
	return id;
}

const asked = (a: string, b: string) =>
	diff({ ...rig, signal: new AbortController().signal }, a, b);

test("files that were added, changed and removed are told with their sizes, and the same ones not at all", async () => {
	await train({ same: "s", gone: "12", changed: "old" });
	const second = await train({ same: "s", changed: "newer", more: "1" });
	const { files, isSame } = await asked("models/new@1", "models/new/");
	expect(isSame).toBe(false);
	expect(files).toEqual([
		{ path: "changed", change: "changed", before: 3, after: 5 },
		{ path: "gone", change: "removed", before: 2, after: null },
		{ path: "more", change: "added", before: null, after: 1 },
	]);
	const task = await asked("models/new@1", `${second}/train`);
	expect(task.files).toEqual(files);
	expect(await asked("models/new", `${second}/train`)).toMatchObject({
		isSame: true,
		files: [],
	});
});

test("an object that is gone cannot be compared, and that is not the same", async () => {
	await train({ a: "1" });
	const { object } = (await rig.store.newest("models/new" as DataPath)) ?? {};
	await train({ a: "2" });
	await removeTree(join(rig.data, ".berth/objects", `${object}`));
	expect(await asked("models/new@1", "models/new")).toMatchObject({
		isSame: false,
		files: [],
		problems: [expect.stringContaining(`${object}`)],
	});
});

test("what is nothing, no task, or not alike is refused with a sentence", async () => {
	const id = await train({ a: "1" });
	await expect(asked("models/old", id)).rejects.toThrow(
		'Nothing is "models/old"',
	);
	await expect(asked("models/new@7", id)).rejects.toThrow('no entry "7"');
	await expect(asked(id, `${id}/trian`)).rejects.toThrow('has no task "trian"');
	await expect(asked(id, "models/new")).rejects.toThrow(
		"A whole run compares only with another one",
	);
});
