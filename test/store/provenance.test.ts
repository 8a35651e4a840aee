import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Source } from "../../orchestrator/model/task-state.ts";
import type { AttemptId } from "../../orchestrator/model/words.ts";
import { openStore } from "../../orchestrator/store/sqlite/sqlite-store.ts";
import { aPrepared, aTask } from "../rig/plans.ts";
import {
	aFolder,
	aNewRun,
	anOutput,
	attempt,
	aValue,
	begun,
	hash,
	path,
	runId,
	StoredRun,
	task,
} from "./a-store.ts";

const id = (text: string): AttemptId => text as AttemptId;

/** One run that took object a… and published b…. */
async function aStoreWithOne() {
	const store = openStore(join(aFolder(), "berth.db"));
	onTestFinished(() => store.close());
	const source: Source = { kind: "object", object: hash("a"), inside: null };
	const prepared = {
		...aPrepared("trainer"),
		in: { raw: source },
		contents: { raw: hash("a") },
	};
	const stored = await StoredRun.create(
		store,
		aNewRun("train@1", [aTask("a"), aTask("later", { after: ["a"] })]),
	);
	const a = attempt("a", 1, 10_000);
	await stored.turn(begun, a.scheduled, { ...a.prepared, prepared });
	await stored.turn(a.admitted, a.started, a.exited(0));
	const value = aValue(anOutput("models/m", hash("b")));
	await stored.turn(a.published(value), a.released);
	return store;
}

test("an attempt is told with its run, its task and its recipe", async () => {
	const store = await aStoreWithOne();
	expect(await store.attempt(id("train@1/a/1"))).toMatchObject({
		run: "train@1",
		task: "a",
		number: 1,
		imageId: "trainer",
		recipe: {
			image: { id: "trainer", key: "key of trainer" },
			in: { raw: { contents: hash("a"), source: { object: hash("a") } } },
		},
	});
	expect(await store.attempt(id("train@1/a/2"))).toBeNull();
});

test("a run is told with what its tasks took, unless that is left out", async () => {
	const store = await aStoreWithOne();
	const inputs = {
		raw: { contents: hash("a"), source: { object: hash("a") } },
	};
	const { tasks = [] } = (await store.run(runId("train@1"))) ?? {};
	expect(tasks).toMatchObject([{ inputs }, { inputs: null }]);
	expect(await store.run(runId("train@1"), "inputs")).toMatchObject({
		tasks: tasks.map((one) => ({ ...one, inputs: null })),
	});
});

test("a run is told with its plan, and a task of it by its name", async () => {
	const store = await aStoreWithOne();
	expect(await store.planned(runId("train@1"))).toMatchObject({
		id: "train@1",
		plan: { tasks: [{ name: "a" }, { name: "later" }] },
	});
	expect(await store.planned(runId("train@2"))).toBeNull();
	expect(await store.taskState(runId("train@1"), task("a"))).toMatchObject({
		status: "succeeded",
	});
	expect(await store.taskState(runId("train@1"), task("b"))).toBeNull();
});

test("a publication is found by its number, and an object by how its hash begins", async () => {
	const store = await aStoreWithOne();
	const newest = await store.newest(path("models/m"));
	expect(await store.publication(newest?.id ?? 0)).toEqual(newest);
	expect(await store.publication(999)).toBeNull();
	expect(await store.objectsLike("bbb", 2)).toEqual([hash("b")]);
	expect(await store.objectsLike("c", 2)).toEqual([]);
});
