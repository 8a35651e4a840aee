import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FileArtifacts } from "../../orchestrator/artifacts/file-artifacts.ts";
import { removeTree } from "../../orchestrator/artifacts/remove-tree.ts";
import { type Clock, systemClock } from "../../orchestrator/engine/clock.ts";
import type { CachePolicy, Plan } from "../../orchestrator/model/plan.ts";
import type { Source } from "../../orchestrator/model/task-state.ts";
import type {
	ContainerName,
	DataPath,
	Fingerprint,
	Instant,
	ObjectHash,
	RunId,
	TaskName,
} from "../../orchestrator/model/words.ts";
import type { RunDetail } from "../../orchestrator/store/port.ts";
import { openStore } from "../../orchestrator/store/sqlite/sqlite-store.ts";
import { FakePublications } from "../artifacts/fake-publications.ts";
import { anEngine } from "../rig/an-engine.ts";
import type { EngineRig } from "../rig/engine-rig.ts";
import { aPlan, aTask } from "../rig/plans.ts";
import type { Puppet } from "../rig/puppet.ts";

let puppet: Puppet;
let rig: EngineRig;

const ALWAYS: CachePolicy = { kind: "always" };

/** raw/data.csv → prepare → train, on this day. */
function daily(day = "1", { seed = "42", cache = ALWAYS } = {}): Plan {
	return aPlan(
		aTask("prepare", {
			work: {
				cache,
				in: { raw: { from: "path", path: `raw/${day}.csv` } },
				out: { table: `table/${day}` as DataPath },
			},
		}),
		aTask("train", {
			after: ["prepare"],
			work: {
				cache,
				command: ["--seed", seed],
				in: {
					table: {
						from: "output",
						task: "prepare" as TaskName,
						output: "table",
					},
				},
				out: { model: `models/${day}` as DataPath },
			},
		}),
	);
}

function open(raw: Readonly<Record<string, string>>, clock?: Clock): void {
	({ puppet, rig } = anEngine(clock ? { clock } : {}));
	for (const [day, text] of Object.entries(raw)) give(day, text);
}

function give(day: string, text: string): void {
	rmSync(join(rig.data, "raw", `${day}.csv`), { force: true });
	mkdirSync(join(rig.data, "raw"), { recursive: true });
	writeFileSync(join(rig.data, "raw", `${day}.csv`), text);
}

/** Does the work of both tasks, each time that they are launched: the table is the rows, the model their number. */
async function work(tasks: readonly string[]): Promise<void> {
	for (const task of tasks) {
		const job = await puppet.next(task);
		if (task === "prepare") {
			const rows = readFileSync(job.locate("/in/raw"), "utf8");
			job.write("/out/table/table.csv", rows.replaceAll("#", "").trim());
			job.write("/result/result.json", JSON.stringify({ rows: rows.length }));
		} else {
			const rows = readFileSync(job.locate("/in/table/table.csv"), "utf8");
			job.write("/out/model/model.json", `${rows.length}`);
		}
		job.exit(0);
	}
}

let runs = 0;
async function run(
	plan: Plan,
	launched: readonly string[],
): Promise<RunDetail> {
	const id = await rig.begin(plan, `p@2026-11-20~${++runs}`);
	await work(launched);
	return rig.settled(id);
}

test("what is unchanged is not run again, and its outputs, result and makers are carried over", async () => {
	open({ 1: "a,b" });
	const first = await run(daily(), ["prepare", "train"]);
	const second = await run(daily(), []);
	expect(how(second)).toEqual({
		prepare: `unchanged since ${first.id}/prepare/1`,
		train: `unchanged since ${first.id}/train/1`,
	});
	expect(given(second, "prepare")).toEqual(given(first, "prepare"));
	expect(second.tasks[0]?.attempts).toMatchObject([
		{
			ending: { kind: "unchanged", code: null },
			unchangedSince: `${first.id}/prepare/1`,
			startedAt: null,
		},
	]);
});

test("what is unchanged is brought back to its paths, and adds nothing to their history", async () => {
	open({ 1: "a,b" });
	await run(daily(), ["prepare", "train"]);
	rmSync(join(rig.data, "models"), { recursive: true });
	await run(daily(), []);
	expect(read("models/1/model.json")).toBe("3");
	const history = await rig.store.history("models/1" as DataPath);
	expect(history).toHaveLength(1);
	expect(history[0]?.confirmedAt).toBeGreaterThanOrEqual(history[0]?.at ?? 0);
});

test("the same content on another day is a hit, and is published at that day's paths", async () => {
	open({ 1: "a,b", 2: "a,b" });
	const first = await run(daily("1"), ["prepare", "train"]);
	const second = await run(daily("2"), []);
	expect(read("models/2/model.json")).toBe("3");
	expect(await rig.store.newest("models/2" as DataPath)).toMatchObject({
		attempt: `${second.id}/train/1`,
		maker: `${first.id}/train/1`,
		how: "unchanged",
	});
});

test("a re-run upstream with the same output makes nothing downstream run", async () => {
	open({ 1: "a,b" });
	await run(daily(), ["prepare", "train"]);
	give("1", "#a,b");
	const second = await run(daily(), ["prepare"]);
	expect(how(second)).toMatchObject({ prepare: "attempt" });
	expect(how(second).train).toMatch(/^unchanged/);
});

test("only what depends on a change runs", async () => {
	open({ 1: "a,b" });
	await run(daily(), ["prepare", "train"]);
	const second = await run(daily("1", { seed: "43" }), ["train"]);
	expect(how(second).prepare).toMatch(/^unchanged/);
});

test("two runs that want the same at once compute it once", async () => {
	open({ 1: "a,b" });
	const one = await rig.begin(daily(), "p@2026-11-20~one");
	const job = await puppet.next("prepare");
	const other = await rig.begin(daily(), "p@2026-11-20~other");
	await waiting(other, `${one}/prepare/1`);
	job.write("/out/table/table.csv", "a,b");
	job.exit(0);
	await work(["train"]);
	expect(how(await rig.settled(one)).train).toBe("attempt");
	expect(how(await rig.settled(other))).toEqual({
		prepare: `unchanged since ${one}/prepare/1`,
		train: `unchanged since ${one}/train/1`,
	});
});

test("who waits for what another computes does it itself when that fails", async () => {
	open({ 1: "a,b" });
	const one = await rig.begin(daily(), "p@2026-11-20~one");
	const job = await puppet.next("prepare");
	const other = await rig.begin(daily(), "p@2026-11-20~other");
	await waiting(other, `${one}/prepare/1`);
	job.exit(1);
	expect((await rig.settled(one)).status).toBe("failed");
	await work(["prepare", "train"]);
	expect((await rig.settled(other)).status).toBe("succeeded");
});

test("a run that waits for what another computes can be cancelled", async () => {
	open({ 1: "a,b" });
	const one = await rig.begin(daily(), "p@2026-11-20~one");
	const job = await puppet.next("prepare");
	const other = await rig.begin(daily(), "p@2026-11-20~other");
	await waiting(other, `${one}/prepare/1`);
	rig.engine.observe(other, {
		type: "cancel-requested",
		at: systemClock.now(),
	});
	expect((await rig.settled(other)).status).toBe("cancelled");
	job.write("/out/table/table.csv", "a,b");
	job.exit(0);
	await work(["train"]);
	expect((await rig.settled(one)).status).toBe("succeeded");
});

test("who computes anew waits for nobody, and is waited for", async () => {
	open({ 1: "a,b" });
	const refresh: CachePolicy = { kind: "refresh" };
	const prepareBy = (cache: CachePolicy): Plan =>
		aPlan(...daily("1", { cache }).tasks.slice(0, 1));
	const one = await rig.begin(prepareBy(refresh), "p@2026-11-20~one");
	const job = await puppet.next("prepare");
	const other = await rig.begin(prepareBy(ALWAYS), "p@2026-11-20~other");
	await waiting(other, `${one}/prepare/1`);
	const third = await rig.begin(prepareBy(refresh), "p@2026-11-20~third");
	const beside = await puppet.next("prepare");
	for (const each of [job, beside]) {
		each.write("/out/table/table.csv", "a,b");
		each.exit(0);
	}
	expect(how(await rig.settled(other)).prepare).toMatch(/^unchanged since/);
	for (const id of [one, third])
		expect(how(await rig.settled(id)).prepare).toBe("attempt");
});

test("a result is not taken when its object is gone", async () => {
	open({ 1: "a,b" });
	await run(daily(), ["prepare", "train"]);
	const { object } = (await rig.store.newest("models/1" as DataPath)) ?? {};
	await removeTree(join(rig.data, ".berth/objects", `${object}`));
	const second = await run(daily(), ["train"]);
	expect(second.status).toBe("succeeded");
	expect(existsSync(join(rig.data, "models/1/model.json"))).toBe(true);
});

test("nor when a part of its object is; the whole of it is there again then", async () => {
	open({ 1: "a,b" });
	await run(daily(), ["prepare", "train"]);
	const { object } = (await rig.store.newest("table/1" as DataPath)) ?? {};
	const folder = join(rig.data, ".berth/objects", `${object}`);
	chmodSync(folder, 0o755);
	rmSync(join(folder, "table.csv"));
	const second = await run(daily(), ["prepare"]);
	expect(how(second).train).toMatch(/^unchanged since/);
	expect(read("table/1/table.csv")).toBe("a,b");
	expect(readdirSync(join(rig.data, ".berth/staging"))).toEqual([]);
	await run(daily(), []);
});

test("nor is one taken that is older than the task allows, or that does not fit what the task declares now", async () => {
	let ahead = 0;
	const clock: Clock = {
		...systemClock,
		now: () => (systemClock.now() + ahead) as Instant,
	};
	open({ 1: "a,b" }, clock);
	const cache: CachePolicy = { kind: "for", ms: 3_000_000 };
	await run(daily("1", { cache }), ["prepare", "train"]);
	ahead = 3_600_000;
	await run(daily("1", { cache }), ["prepare", "train"]);
	const [prepare, ...rest] = daily("1", { cache }).tasks;
	if (prepare?.work.kind !== "container") throw new Error("no container");
	const result = {
		type: "object",
		properties: { columns: { type: "number" } },
		required: ["columns"],
	};
	const changed = { ...prepare, work: { ...prepare.work, result } };
	const id = await rig.begin(aPlan(changed, ...rest), "p@2026-11-20~changed");
	const job = await puppet.next("prepare");
	job.write("/out/table/table.csv", "a,b");
	job.write("/result/result.json", '{"columns":2}');
	job.exit(0);
	expect(how(await rig.settled(id)).train).toMatch(/^unchanged/);
});

test("what is computed anew is remembered, and what is never cached is not", async () => {
	open({ 1: "a,b" });
	await run(daily(), ["prepare", "train"]);
	const refresh: CachePolicy = { kind: "refresh" };
	const anew = await run(daily("1", { cache: refresh }), ["prepare", "train"]);
	const third = await run(daily(), []);
	expect(how(third).train).toBe(`unchanged since ${anew.id}/train/1`);
	const never: CachePolicy = { kind: "never", because: "it has a network" };
	await run(daily("1", { cache: never }), ["prepare", "train"]);
	expect(how(await run(daily(), [])).train).toBe(
		`unchanged since ${anew.id}/train/1`,
	);
});

test("what a task gave that ended with a warning is not remembered", async () => {
	open({ 1: "a,b" });
	const plan = aPlan(...daily().tasks.slice(0, 1));
	const id = await rig.begin(plan, "p@2026-11-20~warned");
	const job = await puppet.next("prepare");
	job.write("/out/table/table.csv", "a");
	job.exit(0, "A process of it ran out of memory and was killed.");
	expect((await rig.settled(id)).status).toBe("succeeded");
	expect(how(await run(plan, ["prepare"])).prepare).toBe("attempt");
	expect(how(await run(plan, [])).prepare).toMatch(/^unchanged/);
});

test("what a task gave is not remembered for an input that changed within a tick of the clock right after it was hashed", async () => {
	const data = mkdtempSync(join(tmpdir(), "berth-engine-"));
	({ puppet, rig } = anEngine({ data, artifacts: new Overtaken(data) }));
	give("1", "a,b");
	const plan = daily();
	const first = await run(plan, ["prepare", "prepare", "train"]);
	expect(first.status).toBe("succeeded");
	expect(first.tasks[0]?.attempts).toMatchObject([
		{
			ending: {
				kind: "rejected",
				message: expect.stringContaining(
					'Input "raw" changed right after it was looked at.',
				),
			},
			fingerprint: expect.any(String),
		},
		{ ending: { kind: "exited", code: 0 } },
	]);
	const [before, after] = first.tasks[0]?.attempts ?? [];
	expect(before?.fingerprint).not.toBe(after?.fingerprint);
	const known = await rig.store.resultOf(before?.fingerprint as Fingerprint);
	expect(known).toBe(null);
});

/** No file system shows it on demand: the first look at a file's contents is out of date. */
class Overtaken extends FileArtifacts {
	#looks = 0;

	constructor(data: string) {
		const user = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
		super({ data, publications: new FakePublications(), user });
	}

	override async contentsOf(source: Source, signal: AbortSignal) {
		this.#looks += source.kind === "file" ? 1 : 0;
		return this.#looks === 1 ? "before" : super.contentsOf(source, signal);
	}
}

test("a hit takes no slot", async () => {
	open({ 1: "a,b", 2: "c,d,e" });
	await run(daily("1"), ["prepare", "train"]);
	const full = await Promise.all(
		["x", "y"].map((name) =>
			rig.begin(aPlan(aTask(name)), `p@2026-11-20~${name}`),
		),
	);
	const jobs = await Promise.all(["x", "y"].map((name) => puppet.next(name)));
	expect((await run(daily("1"), [])).status).toBe("succeeded");
	for (const job of jobs) job.exit(0);
	await Promise.all(full.map((id) => rig.settled(id)));
});

test("a task whose input changes while it waits for a slot does not begin for what it was", async () => {
	open({ 1: "a,b" });
	const full = await Promise.all(
		["x", "y"].map((name) =>
			rig.begin(aPlan(aTask(name)), `p@2026-11-20~${name}`),
		),
	);
	const jobs = await Promise.all(["x", "y"].map((name) => puppet.next(name)));
	const id = await rig.begin(daily(), "p@2026-11-20~waits");
	await rig.until((one) => {
		const state = one.tasks.get("prepare" as TaskName);
		return one.id === id && state?.status === "preparing" && !!state.prepared;
	});
	give("1", "a,b,c");
	for (const job of jobs) job.exit(0);
	await work(["prepare", "train"]);
	const { tasks } = await rig.settled(id);
	expect(tasks[0]?.attempts.map(({ ending }) => ending)).toMatchObject([
		{
			kind: "refused",
			message: expect.stringMatching(/^It did not begin: "raw\/1.csv" changed/),
		},
		{ kind: "exited", code: 0 },
	]);
	expect(read("table/1/table.csv")).toBe("a,b,c");
	await Promise.all(full.map((one) => rig.settled(one)));
});

test("many that want the same at once find it all at once, and say only once whom they wait for", async () => {
	open({ 1: "a,b" });
	const plan = aPlan(...daily().tasks.slice(0, 1));
	const first = await rig.begin(plan, "p@2026-11-20~first");
	const job = await puppet.next("prepare");
	const others = await Promise.all(
		Array.from({ length: 40 }, (_, i) =>
			rig.begin(plan, `p@2026-11-20~other${i}`),
		),
	);
	const all = [first, ...others];
	await rig.until(() => others.every((id) => noteOf(id) !== null));
	job.write("/out/table/table.csv", "a,b");
	job.exit(0);
	const details = await Promise.all(all.map((id) => rig.settled(id)));
	expect(details.map((run) => how(run).prepare)).toEqual([
		"attempt",
		...others.map(() => `unchanged since ${first}/prepare/1`),
	]);
	const notes = rig.journal.filter(({ type }) => type === "noted");
	expect(notes).toHaveLength(others.length);
});

test("of two hits at once, at paths of which one would lie in the other, one is refused", async () => {
	open({ 1: "a,b" });
	const [prepare] = daily().tasks;
	if (prepare?.work.kind !== "container") throw new Error("no container");
	const { work: container } = prepare;
	await run(aPlan(prepare), ["prepare"]);
	const at = (path: string) =>
		aPlan({
			...prepare,
			work: { ...container, out: { table: path as DataPath } },
		});
	const ids = await Promise.all(
		["deep", "deep/er"].map((path) =>
			rig.begin(at(path), `p@2026-11-20~${path.length}`),
		),
	);
	const details = await Promise.all(ids.map((id) => rig.settled(id)));
	expect(details.map(({ status }) => status).toSorted()).toEqual([
		"failed",
		"succeeded",
	]);
	expect(rig.badEnds.join()).toContain("one would lie inside the other");
	expect(await rig.store.published("deep")).toHaveLength(1);
});

test("a hit that is cancelled before it is remembered keeps neither object nor path", async () => {
	const data = mkdtempSync(join(tmpdir(), "berth-engine-"));
	const store = openStore(join(data, "berth.db"));
	const user = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
	const artifacts = new Hesitating({ data, publications: store, user });
	({ puppet, rig } = anEngine({ data, artifacts, store }));
	for (const day of ["1", "2"]) give(day, "a,b");
	const [plan, again] = ["1", "2"].map((day) =>
		aPlan(...daily(day).tasks.slice(0, 1)),
	);
	const first = await run(plan as Plan, ["prepare"]);
	const asked = Promise.withResolvers<void>();
	const goOn = Promise.withResolvers<void>();
	artifacts.hold = { asked: asked.resolve, until: goOn.promise };
	const id = await rig.begin(again as Plan, "p@2026-11-20~cancelled");
	await asked.promise;
	rig.engine.observe(id, { type: "cancel-requested", at: systemClock.now() });
	expect((await rig.settled(id)).status).toBe("cancelled");
	goOn.resolve();
	await rig.engine.close();
	const other = "other" as ContainerName;
	const below = "table/2/below" as DataPath;
	expect(await artifacts.reserve(other, [below])).toBe(null);
	const { object } = given(first, "prepare")?.outputs.table ?? {};
	const isNeeded = async () => false;
	expect(await artifacts.removeObject(object as ObjectHash, isNeeded)).toBe(
		true,
	);
});

test("a task that is cancelled while it waits for a slot keeps none of its inputs", async () => {
	open({ 1: "a,b" });
	const [prepare, train] = daily().tasks;
	if (!prepare || train?.work.kind !== "container") throw new Error("none");
	const first = await run(aPlan(prepare), ["prepare"]);
	const full = await Promise.all(
		["x", "y"].map((name) =>
			rig.begin(aPlan(aTask(name)), `p@2026-11-20~${name}`),
		),
	);
	const jobs = await Promise.all(["x", "y"].map((name) => puppet.next(name)));
	const table = { from: "path", path: "table/1" } as const;
	const again = { ...train, after: [], work: { ...train.work, in: { table } } };
	const id = await rig.begin(aPlan(again), "p@2026-11-20~waits");
	await rig.until((run) => {
		const state = run.tasks.get("train" as TaskName);
		return state?.status === "preparing" && state.prepared !== null;
	});
	rig.engine.observe(id, { type: "cancel-requested", at: systemClock.now() });
	expect((await rig.settled(id)).status).toBe("cancelled");
	const { object } = given(first, "prepare")?.outputs.table ?? {};
	const isNeeded = async () => false;
	expect(await rig.artifacts.removeObject(object as ObjectHash, isNeeded)).toBe(
		true,
	);
	for (const job of jobs) job.exit(0);
	await Promise.all(full.map((id) => rig.settled(id)));
});

/** Takes its time to look for objects, once it is told to. */
class Hesitating extends FileArtifacts {
	hold: {
		readonly asked: () => void;
		readonly until: Promise<void>;
	} | null = null;

	override async areWhole(...asked: Parameters<FileArtifacts["areWhole"]>) {
		this.hold?.asked();
		await this.hold?.until;
		return super.areWhole(...asked);
	}
}

/** Until the task says that it waits for what this attempt computes. */
const waiting = (id: RunId, attempt: string): Promise<void> =>
	rig.until((run) => {
		const state = run.tasks.get("prepare" as TaskName);
		return (
			run.id === id &&
			state?.status === "preparing" &&
			state.note === `${attempt} is doing the same; waiting for what it gives`
		);
	});

const noteOf = (id: RunId): string | null => {
	const state = rig.engine.run(id)?.tasks.get("prepare" as TaskName);
	return state?.status === "preparing" ? state.note : null;
};

const given = (detail: RunDetail, task: string) => {
	const { state } = detail.tasks.find(({ name }) => name === task) ?? {};
	return state?.status === "succeeded" ? state.value : null;
};

/** Task → how it succeeded. */
const how = ({ tasks }: RunDetail): Record<string, string> =>
	Object.fromEntries(
		tasks.map(({ name, state }) => {
			if (state.status !== "succeeded") return [name, state.status];
			const { by } = state;
			return [
				name,
				by.kind === "unchanged" ? `unchanged since ${by.since}` : by.kind,
			];
		}),
	);

const read = (path: string): string =>
	readFileSync(join(rig.data, path), "utf8");
