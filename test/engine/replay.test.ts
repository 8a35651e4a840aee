import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	readlinkSync,
	rmSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { replayReport } from "../../orchestrator/api/replay-report.ts";
import { replayRun } from "../../orchestrator/api/replay-run.ts";
import type { ReplayView } from "../../orchestrator/api/replaying.ts";
import { retryRun } from "../../orchestrator/api/retry-run.ts";
import { takeUp } from "../../orchestrator/api/take-up.ts";
import { FileArtifacts } from "../../orchestrator/artifacts/file-artifacts.ts";
import { removeTree } from "../../orchestrator/artifacts/remove-tree.ts";
import { systemClock } from "../../orchestrator/engine/clock.ts";
import type { CachePolicy, Plan, Task } from "../../orchestrator/model/plan.ts";
import type { Source } from "../../orchestrator/model/task-state.ts";
import type {
	AttemptId,
	DataPath,
	ObjectHash,
	RunId,
	TaskName,
} from "../../orchestrator/model/words.ts";
import type { RunDetail } from "../../orchestrator/store/port.ts";
import type { Provenance } from "../../orchestrator/store/provenance-port.ts";
import { openStore } from "../../orchestrator/store/sqlite/sqlite-store.ts";
import { anEngine } from "../rig/an-engine.ts";
import type { EngineRig } from "../rig/engine-rig.ts";
import { aPlan, aPromotion, aSensor, aTask } from "../rig/plans.ts";
import type { Puppet } from "../rig/puppet.ts";

let puppet: Puppet;
let rig: EngineRig;

const cache: CachePolicy = { kind: "always" };
const path = (text: string): DataPath => text as DataPath;

/** raw/data.csv → prepare → train. */
const PREPARE: Task = aTask("prepare", {
	retries: 2,
	work: {
		cache,
		image: "preparer",
		in: { raw: { from: "path", path: "raw/data.csv" } },
		out: { table: path("table") },
	},
});
const TRAIN: Task = aTask("train", {
	after: ["prepare"],
	work: {
		cache,
		image: "trainer",
		in: {
			table: {
				from: "output",
				task: "prepare" as TaskName,
				output: "table",
			},
		},
		out: { model: path("models/new") },
	},
});
const CHAIN = aPlan(PREPARE, TRAIN);

function open(): void {
	({ puppet, rig } = anEngine());
	give("a,b");
}

function give(text: string): void {
	mkdirSync(join(rig.data, "raw"), { recursive: true });
	writeFileSync(join(rig.data, "raw/data.csv"), text);
}

/** Each task writes what it read, with this added. */
async function work(tasks: readonly string[], added = ""): Promise<void> {
	for (const task of tasks) {
		const job = await puppet.next(task);
		if (task === "prepare") {
			const rows = readFileSync(job.locate("/in/raw"), "utf8");
			job.write("/out/table/table.csv", `${rows}${added}`);
			job.write("/result/result.json", `{"rows":${rows.length}${added}}`);
		} else if (task === "train") {
			const rows = readFileSync(job.locate("/in/table/table.csv"), "utf8");
			job.write("/out/model/model.json", `${rows.length}${added}`);
		}
		job.exit(0);
	}
}

let runs = 0;
async function run(
	plan: Plan,
	tasks: readonly string[],
	added?: string,
): Promise<RunDetail> {
	const id = await rig.begin(plan, `p@2026-11-20~${++runs}`);
	await work(tasks, added);
	return rig.settled(id);
}

/** As `berth replay` makes it. */
async function begin(of: RunDetail, only?: string): Promise<RunId> {
	const made = await replayRun(
		of,
		{ run: of.id, ...(only === undefined ? {} : { only: only as TaskName }) },
		{ store: rig.store, now: systemClock.now() },
	);
	await takeUp({ store: rig.store, engine: rig.engine }, made);
	return made.id;
}

async function report(id: RunId): Promise<ReplayView> {
	const replay = await rig.settled(id);
	const of = await rig.detail(replay.plan.replays ?? id);
	const user = { uid: 0, gid: 0 };
	const parts = { data: rig.data, publications: rig.store, user };
	const { signal } = new AbortController();
	return replayReport(replay, of, {
		artifacts: new FileArtifacts(parts),
		signal,
	});
}

async function replayed(
	of: RunDetail,
	tasks: readonly string[],
	{ only, added }: { only?: string; added?: string } = {},
): Promise<ReplayView> {
	const id = await begin(of, only);
	await work(tasks, added);
	return report(id);
}

const outcomes = ({ tasks }: ReplayView) =>
	Object.fromEntries(tasks.map(({ name, outcome }) => [name, outcome]));

const messageOf = ({ tasks }: ReplayView, name: string): string =>
	tasks.find((task) => task.name === name)?.message ?? "";

const BOTH = ["prepare", "train"];

test("a run that is replayed with the same image and inputs gives the same, and publishes nothing", async () => {
	open();
	const first = await run(CHAIN, BOTH);
	const before = await rig.store.published("");
	const view = await replayed(first, BOTH);
	expect(view).toMatchObject({ of: first.id, identical: true });
	expect(outcomes(view)).toEqual({ prepare: "identical", train: "identical" });
	expect(await rig.store.published("")).toEqual(before);
	const fingerprint = first.tasks[0]?.attempts[0]?.fingerprint;
	expect(
		fingerprint && (await rig.store.resultOf(fingerprint))?.attempt,
	).toEqual(`${first.id}/prepare/1`);
	const { trigger, plan } = await rig.detail(view.run as RunId);
	expect(trigger).toEqual({ kind: "replay", of: first.id });
	expect(plan.replays).toBe(first.id);
});

test("a rebuilt image is not taken: the one of then is", async () => {
	open();
	const first = await run(CHAIN, BOTH);
	puppet.rebuild("trainer");
	const second = await run(CHAIN, ["train"]);
	await replayed(first, BOTH);
	await replayed(second, BOTH);
	expect(
		puppet.launched.flatMap(({ task, image }) =>
			task === "train" ? [image.id] : [],
		),
	).toEqual([
		"puppet:trainer",
		"puppet:trainer#2",
		"puppet:trainer",
		"puppet:trainer#2",
	]);
});

test("what cannot be replayed because its image is gone is told at once, and keeps nothing else from being replayed", async () => {
	open();
	const first = await run(CHAIN, BOTH);
	puppet.lack("puppet:preparer");
	const view = await replayed(first, ["train"]);
	expect(view.identical).toBe(false);
	expect(outcomes(view)).toEqual({ prepare: "impossible", train: "identical" });
	expect(messageOf(view, "prepare")).toMatch(/"preparer" of then .* is gone/);
	const { tasks } = await rig.detail(view.run as RunId);
	expect(tasks[0]?.attempts).toHaveLength(1);
});

test("an input file that was only touched or copied back is the same; one that holds something else is not", async () => {
	open();
	const first = await run(CHAIN, BOTH);
	const file = join(rig.data, "raw/data.csv");
	rmSync(file);
	give("a,b");
	utimesSync(file, 1, 1);
	expect((await replayed(first, BOTH)).identical).toBe(true);
	give("a,b,c");
	const view = await replayed(first, ["train"]);
	expect(outcomes(view)).toEqual({ prepare: "impossible", train: "identical" });
	expect(messageOf(view, "prepare")).toMatch(
		/^Its input "raw" is not what it was: "raw\/data\.csv" \(3 bytes then, 5 now\) has changed since/,
	);
	rmSync(file);
	expect(messageOf(await replayed(first, ["train"]), "prepare")).toContain(
		'File "raw/data.csv" is gone',
	);
});

test("an input object that is gone is told", async () => {
	open();
	const first = await run(CHAIN, BOTH);
	const object = `${(await rig.store.newest(path("table")))?.object}`;
	await removeTree(join(rig.data, ".berth/objects", object));
	const view = await replayed(first, ["prepare"], { only: "prepare" });
	expect(view.identical).toBe(true);
	await removeTree(join(rig.data, ".berth/objects", object));
	expect(messageOf(await replayed(first, [], { only: "train" }), "train")).toBe(
		`Its input "table" is not what it was: Object ${object}, which was "table" then, is gone. So it cannot be replayed. Put back what it was made from.`,
	);
});

test("what comes out otherwise is told by file and by value", async () => {
	open();
	const first = await run(CHAIN, BOTH);
	const view = await replayed(first, BOTH, { added: "0" });
	expect(view.identical).toBe(false);
	expect(view.tasks).toMatchObject([
		{
			name: "prepare",
			outcome: "different",
			outputs: [
				{
					name: "table",
					path: "table",
					files: { added: [], removed: [], changed: ["table.csv"] },
				},
			],
			result: [{ key: "rows", before: 3, after: 30 }],
		},
		{ name: "train", outcome: "different", result: [] },
	]);
});

test("a replay needs no path to be free, and leaves every link alone", async () => {
	open();
	const first = await run(CHAIN, BOTH);
	const link = readlinkSync(join(rig.data, "models/new"));
	const other = aPlan(
		aTask("other", { work: { out: { model: path("models/new") } } }),
	);
	const id = await rig.begin(other, "p@2026-11-20~other");
	const job = await puppet.next("other");
	job.write("/out/model/model.json", "another");
	job.exit(0);
	await rig.settled(id);
	expect(readlinkSync(join(rig.data, "models/new"))).not.toBe(link);
	rmSync(join(rig.data, "table"));
	mkdirSync(join(rig.data, "table"));
	writeFileSync(join(rig.data, "table/mine.txt"), "somebody's");
	expect((await replayed(first, BOTH)).identical).toBe(true);
	expect(readlinkSync(join(rig.data, "models/new"))).not.toBe(link);
	expect(existsSync(join(rig.data, "table/mine.txt"))).toBe(true);
});

test("a task that was unchanged in the run is computed, and compared with what its maker gave", async () => {
	open();
	await run(CHAIN, BOTH);
	const second = await run(CHAIN, []);
	const view = await replayed(second, BOTH);
	expect(view.identical).toBe(true);
	expect(outcomes(view)).toEqual({ prepare: "identical", train: "identical" });
});

test("sensors, promotions and what was skipped are carried over, what failed is left out, and the rest is replayed", async () => {
	open();
	const mixed = aPlan(
		aSensor("wait", { work: { in: "raw/data.csv" } }),
		aTask("skips", { after: ["wait"] }),
		aTask("fails", { after: ["wait"] }),
		PREPARE,
		aPromotion("promote", {
			after: ["prepare"],
			work: {
				from: { from: "output", task: "prepare" as TaskName, output: "table" },
				to: path("production"),
			},
		}),
	);
	const id = await rig.begin(mixed, "p@2026-11-20~mixed");
	(await puppet.next("skips")).exit(99);
	(await puppet.next("fails")).exit(1);
	await work(["prepare"]);
	const first = await rig.settled(id);
	expect(first.status).toBe("failed");
	const view = await replayed(first, ["prepare"]);
	expect(view).toMatchObject({ status: "succeeded", identical: true });
	expect(outcomes(view)).toEqual({
		wait: "left-out",
		skips: "left-out",
		fails: "left-out",
		prepare: "identical",
		promote: "left-out",
	});
	const replay = await rig.detail(view.run as RunId);
	expect(replay.tasks.map(({ name, state }) => [name, state.status])).toEqual([
		["wait", "succeeded"],
		["skips", "skipped"],
		["prepare", "succeeded"],
		["promote", "succeeded"],
	]);
	expect(await rig.store.history(path("production"))).toHaveLength(1);
});

test("only one task is replayed when that is asked for", async () => {
	open();
	const first = await run(CHAIN, BOTH);
	const view = await replayed(first, ["train"], { only: "train" });
	expect(view.identical).toBe(true);
	expect(outcomes(view)).toEqual({ prepare: "left-out", train: "identical" });
	await expect(begin(first, "nobody")).rejects.toThrow('has no task "nobody"');
});

test("a task that fails now is told", async () => {
	open();
	const first = await run(aPlan(TRAIN_ALONE), ["train"]);
	const id = await begin(first);
	(await puppet.next("train")).exit(1);
	const view = await report(id);
	expect(view).toMatchObject({ identical: false, status: "failed" });
	expect(messageOf(view, "train")).toContain("exited with code 1");
});

const TRAIN_ALONE = aTask("train", {
	work: {
		in: { "table/table.csv": { from: "path", path: "raw/data.csv" } },
		out: { model: path("models/new") },
	},
});

test("a run that goes on, and one in which nothing succeeded, are refused", async () => {
	open();
	const id = await rig.begin(CHAIN);
	await puppet.next("prepare");
	await expect(begin(await rig.detail(id))).rejects.toThrow(
		"only a run that is over can be replayed",
	);
	rig.engine.observe(id, { type: "cancel-requested", at: systemClock.now() });
	const over = await rig.settled(id);
	await expect(begin(over)).rejects.toThrow(/There is nothing to replay/);
});

test("a replay can be replayed", async () => {
	open();
	const first = await run(CHAIN, BOTH);
	const view = await replayed(first, BOTH);
	const again = await replayed(await rig.detail(view.run as RunId), BOTH);
	expect(again).toMatchObject({ of: view.run, identical: true });
});

test("a run whose recipes an older berth did not write down cannot be replayed, and that is said", async () => {
	open();
	const first = await run(CHAIN, BOTH);
	const forgetful: Pick<Provenance, "attempt"> = {
		attempt: async (id: AttemptId) => {
			const facts = await rig.store.attempt(id);
			return facts && { ...facts, recipe: null, fingerprint: null };
		},
	};
	await expect(
		replayRun(
			first,
			{ run: first.id },
			{ store: forgetful, now: systemClock.now() },
		),
	).rejects.toThrow(
		/nothing to replay.* prepare: An older berth ran it, which did not write down what it was made from\./,
	);
});

test("a replay goes on where it was when the process that worked at it ended", async () => {
	open();
	const first = await run(CHAIN, BOTH);
	const id = await begin(first);
	const prepare = await puppet.next("prepare");
	const { data } = rig;
	await rig.close();
	({ rig } = anEngine({ data }, puppet.reconnect()));
	for (const active of await rig.store.active()) rig.engine.add(active);
	prepare.write("/out/table/table.csv", "a,b");
	prepare.write("/result/result.json", '{"rows":3}');
	prepare.exit(0);
	await work(["train"]);
	expect((await report(id)).identical).toBe(true);
	const { tasks } = await rig.detail(id);
	expect(tasks.map(({ attempts }) => attempts.length)).toEqual([1, 1]);
});

test("a replay that is cancelled while its inputs are looked at keeps none of them", async () => {
	const data = mkdtempSync(join(tmpdir(), "berth-engine-"));
	const store = openStore(join(data, "berth.db"));
	const user = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
	const artifacts = new Hesitating({ data, publications: store, user });
	({ puppet, rig } = anEngine({ data, artifacts, store }));
	give("a,b");
	const first = await run(CHAIN, BOTH);
	const asked = Promise.withResolvers<void>();
	const goOn = Promise.withResolvers<void>();
	artifacts.hold = { asked: asked.resolve, until: goOn.promise };
	const id = await begin(first, "train");
	await asked.promise;
	rig.engine.observe(id, { type: "cancel-requested", at: systemClock.now() });
	expect((await rig.settled(id)).status).toBe("cancelled");
	goOn.resolve();
	await rig.engine.close();
	const prepared = first.tasks.find(({ name }) => name === "prepare")?.state;
	if (prepared?.status !== "succeeded") throw new Error("It was not prepared.");
	const { object } = prepared.value.outputs.table ?? {};
	const isNeeded = async () => false;
	expect(await artifacts.removeObject(object as ObjectHash, isNeeded)).toBe(
		true,
	);
});

/** Takes its time to look at an input of then, once it is told to. */
class Hesitating extends FileArtifacts {
	hold: {
		readonly asked: () => void;
		readonly until: Promise<void>;
	} | null = null;

	override async asNow(source: Source) {
		this.hold?.asked();
		await this.hold?.until;
		return super.asNow(source);
	}
}

test("a replay that is retried does again only what it was to replay", async () => {
	open();
	const id = await rig.begin(
		aPlan(aTask("skips"), PREPARE, { ...TRAIN, retries: NO_RETRIES }),
		"p@2026-11-20~skips",
	);
	(await puppet.next("skips")).exit(99);
	await work(BOTH);
	const replay = await begin(await rig.settled(id), "train");
	(await puppet.next("train")).exit(1);
	const failed = await rig.settled(replay);
	const isThere = async () => false;
	const now = systemClock.now();
	const retry = await retryRun(failed, {}, { now, isThere });
	await takeUp({ store: rig.store, engine: rig.engine }, retry);
	await work(["train"]);
	const view = await report(retry.id);
	expect(view).toMatchObject({ of: id, status: "succeeded" });
	expect(outcomes(view)).toMatchObject({ train: "identical" });
	expect(await rig.store.history(path("models/new"))).toHaveLength(1);
});

const NO_RETRIES = { times: 0, backoffMs: 5 };
