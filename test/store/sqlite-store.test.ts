import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { openStore } from "../../orchestrator/store/sqlite/sqlite-store.ts";
import { aSensor, aTask } from "../rig/plans.ts";
import {
	aFolder,
	aNewRun,
	anOutput,
	aStore,
	at,
	attempt,
	aValue,
	begun,
	hash,
	path,
	runId,
	StoredRun,
	task,
} from "./a-store.ts";

const endings = async ({ store, run }: StoredRun) =>
	(await store.run(run.id))?.tasks.flatMap(({ attempts }) =>
		attempts.map(({ id, ending }) => [
			id.split("/").slice(1).join("/"),
			ending && [ending.kind, ending.code],
		]),
	);

describe("a run", () => {
	test("is stored once: a second of its id changes nothing", async () => {
		const store = aStore();
		expect(await store.create(aNewRun("train@1", [aTask("a")]))).toBe(true);
		expect(
			await store.create(aNewRun("train@1", [aTask("b"), aTask("c")])),
		).toBe(false);
		const detail = await store.run(runId("train@1"));
		expect(detail?.tasks.map(({ name }) => name)).toEqual(["a"]);
	});

	test("has the record that it was made with", async () => {
		const store = aStore();
		const made = aNewRun("train@2026-11-20T00:00:00.000Z", [aTask("a")], {
			trigger: { kind: "schedule", due: at(5) },
		});
		await store.create(made);
		expect(await store.run(made.id)).toEqual({
			id: made.id,
			pipeline: "train",
			ds: "2026-11-20",
			status: "queued",
			params: { seed: 42 },
			trigger: { kind: "schedule", due: 5 },
			createdAt: 1_000,
			startedAt: null,
			endedAt: null,
			settled: false,
			plan: made.plan,
			tasks: [
				{ name: "a", state: { status: "waiting" }, attempts: [], inputs: null },
			],
		});
		expect(await store.run(runId("train@other"))).toBeNull();
	});

	test("runs from its first to its last event, and is settled once all is released", async () => {
		const store = aStore();
		const stored = await StoredRun.create(
			store,
			aNewRun("train@1", [aTask("a")]),
		);
		const a = attempt("a", 1, 3_000);
		const head = async () => {
			const run = await store.run(stored.run.id);
			return [run?.status, run?.startedAt, run?.endedAt, run?.settled];
		};
		await stored.turn(begun, a.scheduled, a.prepared);
		expect(await head()).toEqual(["running", 2_000, null, false]);
		await stored.turn(a.admitted, a.started, a.exited(0));
		await stored.turn(a.published(aValue()));
		expect(await head()).toEqual(["succeeded", 2_000, 8_000, false]);
		await stored.turn(a.released);
		expect(await head()).toEqual(["succeeded", 2_000, 8_000, true]);
		expect(await store.active()).toEqual([]);
	});

	test("carries over what succeeded in the run that it retries", async () => {
		const store = aStore();
		const carried = {
			type: "task-carried",
			task: task("a"),
			run: "train@1",
			value: aValue(anOutput("models/m", hash("a"))),
			at: at(1_000),
		} as const;
		const made = aNewRun("train@2", [aTask("a"), aTask("b")], {
			trigger: { kind: "retry", of: runId("train@1") },
			carried: [carried],
		});
		await store.create(made);
		const states = (await store.run(made.id))?.tasks.map(
			({ state }) => state.status,
		);
		expect(states).toEqual(["succeeded", "waiting"]);
		expect(await store.events(made.id)).toEqual([carried]);
		expect(await store.published("")).toEqual([]);
	});
});

describe("the list of runs", () => {
	test("is newest first, by pipeline, status and number", async () => {
		const store = aStore();
		for (const id of ["train@1", "predict@1", "train@2"])
			await store.create(aNewRun(id, [aTask("a")]));
		const last = await StoredRun.create(store, aNewRun("predict@2", []));
		await last.turn(begun);
		const ids = async (filter: Parameters<typeof store.runs>[0]) =>
			(await store.runs(filter)).map(({ id }) => id);
		expect(await ids({})).toEqual([
			"predict@2",
			"train@2",
			"predict@1",
			"train@1",
		]);
		expect(await ids({ limit: 1 })).toEqual(["predict@2"]);
		expect(await ids({ pipeline: "train" })).toEqual(["train@2", "train@1"]);
		expect(await ids({ status: "succeeded" })).toEqual(["predict@2"]);
		expect(await ids({ pipeline: "predict", status: "queued" })).toEqual([
			"predict@1",
		]);
	});
});

describe("an attempt", () => {
	test("has the times of the engine and the image it ran", async () => {
		const stored = await StoredRun.create(
			aStore(),
			aNewRun("train@1", [aTask("a")]),
		);
		const a = attempt("a", 1, 3_000);
		await stored.turn(begun, a.scheduled, a.prepared, a.admitted, a.started);
		await stored.turn(a.exited(0, "A child ran out of memory."));
		await stored.turn(a.published(aValue()));
		const detail = await stored.store.run(stored.run.id);
		expect(detail?.tasks[0]?.attempts).toEqual([
			{
				id: "train@1/a/1",
				number: 1,
				ending: {
					kind: "exited",
					code: 0,
					message: "A child ran out of memory.",
				},
				createdAt: 3_000,
				startedAt: 6_000,
				endedAt: 7_000,
				imageKey: "key of trainer",
				imageId: "trainer",
				fingerprint: null,
				unchangedSince: null,
			},
		]);
	});

	test("that failed is followed by another, also within one turn", async () => {
		const stored = await StoredRun.create(
			aStore(),
			aNewRun("train@1", [aTask("a", { retries: { times: 1, backoffMs: 0 } })]),
		);
		const [first, second] = [attempt("a", 1, 3_000), attempt("a", 2, 9_000)];
		await stored.turn(begun, first.scheduled, first.prepared);
		await stored.turn(
			first.admitted,
			first.started,
			first.exited(7),
			second.scheduled,
		);
		expect(await endings(stored)).toEqual([
			["a/1", ["exited", 7]],
			["a/2", null],
		]);
	});

	test.each(["cancelled", "timed-out"] as const)(
		"that was stopped ended as %s, whatever its code",
		async (because) => {
			const stored = await StoredRun.create(
				aStore(),
				aNewRun("train@1", [aTask("a", { timeoutMs: 100 })]),
			);
			const a = attempt("a", 1, 3_000);
			await stored.turn(begun, a.scheduled, a.prepared, a.admitted, a.started);
			await stored.turn(a.stopped(because));
			expect(await endings(stored)).toEqual([["a/1", null]]);
			await stored.turn(a.exited(143));
			expect(await endings(stored)).toEqual([
				["a/1", [because, because === "cancelled" ? 143 : null]],
			]);
		},
	);

	test("that is told about after its end stays as it was", async () => {
		const stored = await StoredRun.create(
			aStore(),
			aNewRun("train@1", [aTask("a")]),
		);
		const a = attempt("a", 1, 3_000);
		await stored.turn(begun, a.scheduled, a.prepared, a.admitted, a.started);
		await stored.turn(a.exited(3));
		await stored.turn(a.ended("It is gone."), a.started, a.exited(0));
		expect(await endings(stored)).toEqual([["a/1", ["exited", 3]]]);
	});

	test("that exits with a code of skipOn keeps the code", async () => {
		const stored = await StoredRun.create(
			aStore(),
			aNewRun("train@1", [aTask("a")]),
		);
		const a = attempt("a", 1, 3_000);
		await stored.turn(begun, a.scheduled, a.prepared, a.admitted, a.started);
		await stored.turn(a.exited(99));
		expect(await endings(stored)).toEqual([["a/1", ["exited", 99]]]);
	});

	test("of a sensor found something, or was cancelled", async () => {
		const stored = await StoredRun.create(
			aStore(),
			aNewRun("train@1", [aSensor("a"), aSensor("b")]),
		);
		await stored.turn(
			begun,
			attempt("a", 1, 3_000).scheduled,
			attempt("b", 1, 3_000).scheduled,
		);
		await stored.turn(
			{
				type: "found",
				task: task("a"),
				attempt: 1,
				at: at(4_000),
				source: { kind: "object", object: hash("a"), inside: null },
			},
			{ type: "cancel-requested", at: at(4_000) },
			{ type: "task-cancelled", task: task("b"), at: at(4_000) },
		);
		expect(await endings(stored)).toEqual([
			["a/1", ["found", null]],
			["b/1", ["cancelled", null]],
		]);
		const detail = await stored.store.run(stored.run.id);
		expect([detail?.status, detail?.settled]).toEqual(["cancelled", true]);
	});
});

describe("a commit", () => {
	test("is all or nothing", async () => {
		const store = aStore();
		const stored = await StoredRun.create(
			store,
			aNewRun("train@1", [aTask("a")]),
		);
		const unknown = { ...stored.run, id: runId("train@never") };
		const change = { run: stored.run, events: [begun] };
		await expect(
			store.commit([change, { run: unknown, events: [begun] }]),
		).rejects.toThrow('The run "train@never" was never stored.');
		expect(await store.events(stored.run.id)).toEqual([]);
	});

	test("publishes the outputs of what has published, once", async () => {
		const store = aStore();
		const stored = await StoredRun.create(
			store,
			aNewRun("train@1", [aTask("a")]),
		);
		const a = attempt("a", 1, 3_000);
		const published = a.published(
			aValue(anOutput("x/one", hash("1")), anOutput("x/two", hash("2"))),
		);
		await stored.turn(begun, a.scheduled, a.prepared, a.admitted, a.started);
		await stored.turn(a.exited(0));
		expect(await store.published("")).toEqual([]);
		await stored.turn(published, published);
		await stored.turn(published);
		expect(await store.published("")).toEqual([
			{
				id: 1,
				path: "x/one",
				object: hash("1"),
				attempt: "train@1/a/1",
				at: 8_000,
				bytes: 10,
				files: 1,
				how: "made",
				maker: "train@1/a/1",
				confirmedAt: 8_000,
				removedAt: null,
			},
			expect.objectContaining({ id: 2, path: path("x/two") }),
		]);
	});
});

describe("the file", () => {
	test("is read by another while the owner writes, and not written by it", async () => {
		const file = join(aFolder(), "berth.db");
		const store = aStore(file);
		await store.create(aNewRun("train@1", [aTask("a")]));
		const reader = openStore(file, { readonly: true });
		expect(await reader.runs({})).toHaveLength(1);
		await store.create(aNewRun("train@2", [aTask("a")]));
		expect(await reader.runs({})).toHaveLength(2);
		await expect(reader.setVar("a", "b", at(1))).rejects.toThrow(/readonly/);
		reader.close();
	});

	test("is read when nobody owns it", async () => {
		const file = join(aFolder(), "berth.db");
		const store = openStore(file);
		await store.create(aNewRun("train@1", [aTask("a")]));
		store.close();
		const reader = openStore(file, { readonly: true });
		expect(await reader.runs({})).toHaveLength(1);
		reader.close();
	});

	test("of a newer berth is refused", () => {
		const file = join(aFolder(), "berth.db");
		openStore(file).close();
		const sqlite = new Sqlite(file);
		sqlite.pragma("user_version = 99");
		sqlite.close();
		for (const readonly of [true, false])
			expect(() => openStore(file, { readonly })).toThrow(
				/written by a newer berth \(format 99; this one knows up to \d+\). Use that berth/,
			);
	});

	test("of an older berth is not read without being brought up to date", () => {
		const file = join(aFolder(), "berth.db");
		new Sqlite(file).exec("CREATE TABLE t (x)").close();
		expect(() => openStore(file, { readonly: true })).toThrow(
			/older berth .* Start "berth up" once/,
		);
	});

	test("with a state that is none is a bug, and is told", async () => {
		const file = join(aFolder(), "berth.db");
		const store = aStore(file);
		await store.create(aNewRun("train@1", [aTask("a")]));
		const sqlite = new Sqlite(file);
		sqlite.exec(`UPDATE tasks SET state = '{"status":"dreaming"}'`);
		sqlite.close();
		await expect(store.active()).rejects.toThrow(
			'The database holds an unknown state of a task: "dreaming". It is damaged, or this is a bug of berth.',
		);
	});
});

test("variables are set, replaced and removed", async () => {
	const store = aStore();
	await store.setVar("model_path", "models/a", at(1));
	await store.setVar("model_path", "models/b", at(2));
	await store.setVar("a", "1", at(3));
	expect(await store.vars()).toEqual([
		{ name: "a", value: "1", updatedAt: 3 },
		{ name: "model_path", value: "models/b", updatedAt: 2 },
	]);
	expect(await store.unsetVar("a")).toBe(true);
	expect(await store.unsetVar("a")).toBe(false);
});

test("a schedule is looked at from where it was looked at last", async () => {
	const store = aStore();
	expect(await store.scheduledUpTo("train", "@daily UTC")).toBeNull();
	await store.setScheduledUpTo("train", "@daily UTC", at(5));
	await store.setScheduledUpTo("train", "@daily UTC", at(9));
	expect(await store.scheduledUpTo("train", "@daily UTC")).toBe(9);
});

test("another schedule of a pipeline was never looked at", async () => {
	const store = aStore();
	await store.setScheduledUpTo("train", "@daily UTC", at(5));
	expect(await store.scheduledUpTo("train", "@hourly UTC")).toBeNull();
	await store.setScheduledUpTo("train", "@hourly UTC", at(9));
	expect(await store.scheduledUpTo("train", "@hourly UTC")).toBe(9);
	expect(await store.scheduledUpTo("train", "@daily UTC")).toBeNull();
});
