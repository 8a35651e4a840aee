import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FileArtifacts } from "../../orchestrator/artifacts/file-artifacts.ts";
import {
	type Collected,
	GarbageCollector,
} from "../../orchestrator/engine/garbage-collector.ts";
import type {
	ContainerWork,
	PromoteWork,
} from "../../orchestrator/model/plan.ts";
import type {
	ContainerName,
	DataPath,
	Instant,
	ObjectHash,
	TaskName,
} from "../../orchestrator/model/words.ts";
import { openStore } from "../../orchestrator/store/sqlite/sqlite-store.ts";
import { EngineRig } from "../rig/engine-rig.ts";
import { aPlan, aPromotion, aTask } from "../rig/plans.ts";
import { Puppet } from "../rig/puppet.ts";

let puppet: Puppet;
let rig: EngineRig;

beforeEach(() => {
	puppet = new Puppet();
	rig = new EngineRig(puppet);
});
afterEach(async () => {
	await rig.remove();
	expect(puppet.complaints).toEqual([]);
});

const DAY_MS = 86_400_000;
const PRODUCTION = "models/production";
const path = (text: string): DataPath => text as DataPath;

interface Wish {
	readonly newest?: number;
	readonly days?: number;
	readonly isDry?: boolean;
	/** How much later it is. */
	readonly laterMs?: number;
}

/** The whole report of one collection. */
async function collect(wish: Wish = {}): Promise<Collected> {
	const { newest = 1, days = 0, isDry = false, laterMs = 0 } = wish;
	const collector = new GarbageCollector({
		store: rig.store.garbage,
		artifacts: rig.artifacts,
		now: () => (Date.now() + laterMs + 1) as Instant,
	});
	const policy = { newest, youngerThanMs: days * DAY_MS };
	let last: Collected | undefined;
	for await (const told of collector.collect(
		{ policy, isDry },
		new AbortController().signal,
	))
		last = told;
	if (!last?.isWhole) throw new Error("It did not come to its end.");
	return last;
}

const gone = ({ verdict }: Collected): ReadonlySet<ObjectHash> =>
	new Set(verdict.goes.map(({ object }) => object));

const isThere = (object: ObjectHash): boolean =>
	existsSync(join(rig.data, ".berth/objects", object));

let runs = 0;
const nextRun = (): string => `p@2026-11-20~${++runs}`;

/** Publishes a text at a path, made from what another one holds. */
async function publish(
	where: string,
	text: string,
	work: Partial<ContainerWork> = {},
): Promise<ObjectHash> {
	const task = aTask("make", { work: { out: { it: path(where) }, ...work } });
	const id = await rig.begin(aPlan(task), nextRun());
	await write(text);
	await rig.settled(id);
	const newest = await rig.store.newest(path(where));
	if (!newest) throw new Error(`Nothing came to ${where}.`);
	return newest.object;
}

async function write(text: string): Promise<void> {
	const job = await puppet.next("make");
	job.write("/out/it/it.txt", text);
	job.exit(0);
}

const from = (where: string): Partial<ContainerWork> => ({
	in: { it: { from: "path", path: where } },
});

async function promote(
	object: ObjectHash,
	work: Partial<PromoteWork> = {},
): Promise<void> {
	const to = path(PRODUCTION);
	const task = aPromotion("release", {
		work: { from: { from: "object", object }, to, ...work },
	});
	await rig.settled(await rig.begin(aPlan(task), nextRun()));
}

const textAt = (where: string): string =>
	readFileSync(join(rig.data, where, "it.txt"), "utf8");

test("of each path the newest objects are kept, and older ones go", async () => {
	const texts = ["1", "2", "3", "4"];
	const objects: ObjectHash[] = [];
	for (const text of texts) objects.push(await publish("m", text));
	const other = await publish("other", "5");
	const dry = await collect({ newest: 2, isDry: true });
	expect(gone(dry)).toEqual(new Set(objects.slice(0, 2)));
	expect(dry.verdict.kept).toMatchObject({ live: 2, recent: 1, lineage: 0 });
	expect(objects.every(isThere)).toBe(true);
	const real = await collect({ newest: 2 });
	expect(gone(real)).toEqual(gone(dry));
	expect(real).toMatchObject({ removed: 2, stayed: 0, strays: 0 });
	expect(objects.map(isThere)).toEqual([false, false, true, true]);
	expect(isThere(other)).toBe(true);
	const history = await rig.store.history(path("m"));
	expect(history.map(({ removedAt }) => removedAt !== null)).toEqual([
		false,
		false,
		true,
		true,
	]);
	expect(await collect({ newest: 2 })).toMatchObject({ removed: 0 });
});

test("what was published less long ago is kept, and what was ever promoted", async () => {
	const first = await publish("m", "1");
	await publish("m", "2");
	expect(gone(await collect({ days: 1 }))).toEqual(new Set());
	await promote(first);
	await promote(await publish("m", "3"));
	const second = await publish("m", "4");
	const { verdict } = await collect({ days: 1, laterMs: 2 * DAY_MS });
	expect(verdict.kept).toMatchObject({ live: 2, promoted: 1 });
	expect(verdict.goes).toHaveLength(1);
	expect([first, second].every(isThere)).toBe(true);
});

test("what a kept object was made from is kept, and what that was made from", async () => {
	const raw = await publish("raw", "raw 1");
	const table = await publish("table", "table 1", from("raw"));
	const model = await publish("m", "model 1", from("table"));
	await promote(model);
	await publish("raw", "raw 2");
	await publish("table", "table 2");
	const lone = await publish("m", "model 2");
	await publish("m", "model 3");
	const collected = await collect();
	expect(gone(collected)).toEqual(new Set([lone]));
	expect(collected.verdict.kept).toMatchObject({ lineage: 2 });
	expect([raw, table, model].every(isThere)).toBe(true);
});

test("what is computed anew after its object was removed is there again, and its history says so", async () => {
	const cache = { kind: "always" } as const;
	const first = await publish("m", "1", { cache, env: { N: "1" } });
	await publish("m", "2", { cache, env: { N: "2" } });
	expect(gone(await collect())).toEqual(new Set([first]));
	expect(isThere(first)).toBe(false);
	// No result is found, so it is computed.
	expect(await publish("m", "1", { cache, env: { N: "1" } })).toBe(first);
	expect(textAt("m")).toBe("1");
	const [newest, , oldest] = await rig.store.history(path("m"));
	expect(newest).toMatchObject({ object: first, removedAt: null });
	expect(oldest).toMatchObject({ object: first, removedAt: null });
});

test("what a run that is not over took or made is kept, also when no path holds it any more", async () => {
	const input = await publish("in", "1");
	const task = aTask("make", {
		work: { out: { it: path("out") }, ...from("in") },
	});
	const plan = aPlan(
		task,
		aTask("later", {
			after: ["make"],
			work: {
				in: { it: { from: "output", task: "make" as TaskName, output: "it" } },
			},
		}),
	);
	const id = await rig.begin(plan, nextRun());
	const job = await puppet.next("make");
	await publish("in", "2").catch(() => undefined);
	expect((await collect()).verdict.kept).toMatchObject({ "in-use": 1 });
	expect(isThere(input)).toBe(true);
	job.write("/out/it/it.txt", "made");
	job.exit(0);
	const later = await puppet.next("later");
	const made = await rig.store.newest(path("out"));
	await publish("out", "another");
	expect((await collect()).verdict.kept).toMatchObject({
		"in-use": 1,
		lineage: 1,
	});
	expect(isThere(made?.object as ObjectHash)).toBe(true);
	later.exit(0);
	await rig.settled(id);
	expect(await collect()).toMatchObject({ removed: 2 });
});

test("what somebody is about to use stays, and is not called removed", async () => {
	const old = await publish("m", "1");
	await publish("m", "2");
	const name = "berth-aaaaaaaaaa-x-1-0123456789abcdef" as ContainerName;
	rig.artifacts.pin(name, [old]);
	expect(await collect()).toMatchObject({ removed: 0, stayed: 1 });
	expect(isThere(old)).toBe(true);
	expect((await rig.store.ofObject(old))?.removedAt).toBeNull();
	rig.artifacts.unpin(name);
	expect(await collect()).toMatchObject({ removed: 1 });
});

test("contents that are published again while their object is removed are there in the end", async () => {
	const old = await publish("m", "1");
	await publish("m", "2");
	const [collected] = await Promise.all([collect(), publish("again", "1")]);
	expect(collected.removed + collected.stayed).toBeLessThanOrEqual(1);
	expect(isThere(old)).toBe(true);
	expect(textAt("again")).toBe("1");
	expect((await rig.store.newest(path("again")))?.removedAt).toBeNull();
});

test("objects that nothing remembers go when they are older than a day, but for those that something is made from or is to be published", async () => {
	const { object: stray } = await stored("stray");
	const { object: receipted } = await stored("receipted", "keep the receipt");
	expect(await collect()).toMatchObject({ strays: 0, removed: 0 });
	const later = { laterMs: 2 * DAY_MS };
	expect(await collect({ ...later, isDry: true })).toMatchObject({
		strays: 1,
		removed: 0,
	});
	expect(isThere(stray)).toBe(true);
	expect(await collect(later)).toMatchObject({ strays: 1, removed: 1 });
	expect([isThere(stray), isThere(receipted)]).toEqual([false, true]);
});

/** Somebody removes what an input is, just after it was found. */
class RobbedArtifacts extends FileArtifacts {
	victim: ObjectHash | null = null;

	override async contentsOf(
		...asked: Parameters<FileArtifacts["contentsOf"]>
	): ReturnType<FileArtifacts["contentsOf"]> {
		const contents = await super.contentsOf(...asked);
		if (this.victim) await this.removeObject(this.victim, async () => false);
		return contents;
	}
}

test("an input that goes while a task is prepared is no fault of the task's, and one that is held cannot go", async () => {
	const { data } = rig;
	const store = openStore(join(data, "berth.db"));
	const user = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
	const artifacts = new RobbedArtifacts({ data, publications: store, user });
	await rig.close();
	rig = new EngineRig(puppet, { artifacts, data, store });
	const input = await publish("in", "1");
	const use = aTask("use", { work: from("in") });
	const id = await rig.begin(aPlan(use), nextRun());
	const job = await puppet.next("use");
	expect(await artifacts.removeObject(input, async () => false)).toBe(false);
	job.exit(0);
	await rig.settled(id);
	artifacts.victim = input;
	const robbed = await rig.settled(await rig.begin(aPlan(use), nextRun()));
	expect(robbed.tasks[0]?.attempts[0]?.ending).toMatchObject({
		kind: "refused",
		message:
			"An input was removed while the task was prepared. It will be tried again.",
	});
	expect(robbed.tasks[0]?.attempts[1]?.ending?.message).toContain("is gone");
});

test("a retry carries over only what is there still", async () => {
	const { retryRun, holding } = await import(
		"../../orchestrator/api/retry-run.ts"
	);
	const id = await rig.begin(
		aPlan(
			aTask("make", { work: { out: { it: path("m") } } }),
			aTask("fails", { after: ["make"] }),
		),
		nextRun(),
	);
	await write("1");
	(await puppet.next("fails")).exit(3);
	const failed = await rig.settled(id);
	const carried = () =>
		holding(rig.artifacts, failed, async (isThere) => {
			const now = Date.now() as Instant;
			return (await retryRun(failed, {}, { now, isThere })).carried.length;
		});
	expect(await carried()).toBe(1);
	await publish("m", "2");
	expect(await collect()).toMatchObject({ removed: 1 });
	expect(await carried()).toBe(0);
});

test("after any collection every path can be read, whatever came before", async () => {
	const places = ["a", "b", "c"];
	let dice = 7;
	const roll = (sides: number): number => {
		dice = (dice * 1_103_515_245 + 12_345) % 2 ** 31;
		return dice % sides;
	};
	for (let step = 0; step < 40; step++) {
		const where = places[roll(3)] ?? "a";
		const published = await rig.store.published("");
		const other = published[roll(Math.max(published.length, 1))];
		if (roll(4) === 0) await collect({ newest: 1 + roll(2) });
		else if (roll(3) === 0 && other) await promote(other.object);
		else
			await publish(
				where,
				String(roll(6)),
				other && other.path !== where ? from(other.path) : {},
			);
		for (const { path: live, object, removedAt } of await rig.store.published(
			"",
		)) {
			expect(removedAt).toBeNull();
			expect(isThere(object)).toBe(true);
			expect(textAt(live)).toMatch(/^\d$/);
		}
	}
}, 60_000);

/** An object in the store that nobody published. */
async function stored(text: string, receipt?: string) {
	const name = `berth-aaaaaaaaaa-${text}-1-0123456789abcdef` as ContainerName;
	const { artifacts } = rig;
	const user = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
	const staged = await artifacts.stage(name, ["it"], user);
	if (staged.kind === "problem") throw new Error(staged.message);
	mkdirSync(staged.out.it ?? "", { recursive: true });
	writeFileSync(join(staged.out.it ?? "", "it.txt"), text);
	const collected = await artifacts.collect(
		name,
		{ it: path(`stray/${text}`) },
		new AbortController().signal,
	);
	const { it } = collected as { it?: { object: ObjectHash } };
	if (!it) throw new Error("It was not collected.");
	if (receipt === undefined) await artifacts.discard(name, false);
	else artifacts.unpin(name); // as a kill does
	return it;
}
