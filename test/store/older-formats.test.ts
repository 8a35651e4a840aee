import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, describe, expect, test } from "vitest";
import { holding, retryRun } from "../../orchestrator/api/retry-run.ts";
import { takeUp } from "../../orchestrator/api/take-up.ts";
import type {
	DataPath,
	Instant,
	ObjectHash,
	RunId,
	TaskName,
} from "../../orchestrator/model/words.ts";
import { openStore } from "../../orchestrator/store/sqlite/sqlite-store.ts";
import { GarbageRig } from "../engine/garbage-rig.ts";
import { Puppet } from "../rig/puppet.ts";

/** What a berth wrote that knew no fingerprints: a run that succeeded, and after it one that published anew and failed then. */
const WRITTEN = readFileSync(
	join(import.meta.dirname, "../fixtures/format-2.sql"),
	"utf8",
);
const FIRST = "p@2026-11-21~01M8004JK2Q6K8V9M871EKPDQS" as RunId;
const FAILED = "p@2026-11-21~01M8004MRYRC0YWW4D057JJ4PM" as RunId;
const A =
	"434a730facc765ef1299f43aa32b97345097c7c63ffa52667760304e506a73a1" as ObjectHash;
const B =
	"80d8bed9baf41ff271f7cc5da652b42430f9a63b8b5eefc3cfb72899cdd16cb9" as ObjectHash;
const MODEL = "models/m" as DataPath;

let rig: GarbageRig;
afterEach(async () => {
	await rig.remove();
	expect(rig.puppet.complaints).toEqual([]);
});

/** A data directory as that berth left it, taken over by this one. */
function takeOver(older: string): void {
	const data = mkdtempSync(join(tmpdir(), "berth-older-"));
	for (const [object, text] of [
		[A, "a"],
		[B, "b"],
	] as const) {
		mkdirSync(join(data, ".berth/objects", object), { recursive: true });
		writeFileSync(join(data, ".berth/objects", object, "x.txt"), text);
	}
	const sqlite = new Database(join(data, "berth.db"));
	sqlite.exec(WRITTEN);
	sqlite.exec(older);
	sqlite.close();
	const store = openStore(join(data, "berth.db"));
	rig = new GarbageRig({ data, store }, new Puppet());
}

describe.each([
	{ format: 2, older: "" },
	{
		format: 1,
		older:
			"ALTER TABLE schedules DROP COLUMN schedule; PRAGMA user_version = 1;",
	},
])("what a berth wrote in format $format", ({ older }) => {
	test("is there with its history, whose makers are those who published", async () => {
		takeOver(older);
		expect(await rig.store.entries(MODEL)).toMatchObject([
			{ object: B, how: "made", maker: `${FAILED}/make/1`, removedAt: null },
			{ object: A, how: "made", maker: `${FIRST}/make/1`, origin: MODEL },
		]);
		const newest = await rig.store.newest(MODEL);
		expect(newest?.confirmedAt).toBe(newest?.at);
		const run = await rig.store.run(FIRST);
		expect(run?.tasks.map(({ attempts }) => attempts)).toMatchObject([
			[{ fingerprint: null, unchangedSince: null }],
			[{ fingerprint: null, unchangedSince: null }],
		]);
		expect(await rig.store.vars()).toMatchObject([{ name: "a", value: "b" }]);
	});

	test("goes on: a retry carries over what succeeded, and a collection keeps what is needed", async () => {
		takeOver(older);
		const failed = await rig.store.run(FAILED);
		if (!failed) throw new Error("The run is not there any more.");
		const retry = await holding(rig.artifacts, failed, (isThere) =>
			retryRun(failed, {}, { now: Date.now() as Instant, isThere }),
		);
		await takeUp(rig, retry);
		const job = await rig.puppet.next("check");
		expect(readFileSync(job.locate("/in/m/x.txt"), "utf8")).toBe("b");
		expect((await rig.collect()).gone).toEqual(new Set([A]));
		job.exit(0);
		const { status, tasks } = await rig.settled(retry.id);
		expect(status).toBe("succeeded");
		expect(
			tasks.find(({ name }) => name === ("make" as TaskName)),
		).toMatchObject({ state: { by: { kind: "carried", run: FAILED } } });
		expect(rig.isThere(B)).toBe(true);
	});
});
