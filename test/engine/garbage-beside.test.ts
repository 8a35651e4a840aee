import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { replayRun } from "../../orchestrator/api/replay-run.ts";
import { holding, retryRun } from "../../orchestrator/api/retry-run.ts";
import { takeUp } from "../../orchestrator/api/take-up.ts";
import { FileArtifacts } from "../../orchestrator/artifacts/file-artifacts.ts";
import { GarbageCollector } from "../../orchestrator/engine/garbage-collector.ts";
import type {
	CachePolicy,
	ContainerWork,
} from "../../orchestrator/model/plan.ts";
import type {
	ContainerName,
	Instant,
	ObjectHash,
	RunId,
	TaskName,
} from "../../orchestrator/model/words.ts";
import type { Garbage, Look } from "../../orchestrator/store/garbage-port.ts";
import type { RunDetail } from "../../orchestrator/store/port.ts";
import { openStore } from "../../orchestrator/store/sqlite/sqlite-store.ts";
import { aPlan, aTask } from "../rig/plans.ts";
import { aGarbageRig, from, type GarbageRig, it, path } from "./garbage-rig.ts";

// What is done beside a collection: who uses an object never loses it, and nobody waits.

let rig: GarbageRig;

beforeEach(() => {
	rig = aGarbageRig();
});
test("what a run that is not over took or made is kept, also when no path holds it any more", async () => {
	const input = await rig.publish("in", "1");
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
	const id = await rig.begin(plan, rig.nextRun());
	const job = await rig.puppet.next("make");
	await rig.publish("in", "2").catch(() => undefined);
	expect((await rig.collect()).kept).toMatchObject({ "in-use": 1 });
	expect(rig.isThere(input)).toBe(true);
	job.write("/out/it/it.txt", "made");
	job.exit(0);
	const later = await rig.puppet.next("later");
	const made = await rig.store.newest(path("out"));
	await rig.publish("out", "another");
	expect((await rig.collect()).kept).toMatchObject({
		"in-use": 1,
		lineage: 1,
	});
	expect(rig.isThere(made?.object as ObjectHash)).toBe(true);
	later.exit(0);
	await rig.settled(id);
	expect(await rig.collect()).toMatchObject({ removed: 2 });
});

test("what a task took from a folder above published paths is kept while it runs, and as long as what it made", async () => {
	const input = await rig.publish("in/1", "1");
	const { out } = it("m");
	const work = { in: { all: { from: "path", path: "in" } as const }, out };
	const id = await rig.begin(aPlan(aTask("sum", { work })), rig.nextRun());
	const job = await rig.puppet.next("sum");
	await rig.publish("in/1", "2");
	expect((await rig.collect()).kept).toMatchObject({ "in-use": 1 });
	expect(rig.isThere(input)).toBe(true);
	job.write("/out/it/it.txt", "made");
	job.exit(0);
	expect((await rig.settled(id)).tasks[0]?.attempts).toHaveLength(1);
	expect((await rig.collect()).kept).toMatchObject({ lineage: 1 });
	await rig.publish("m", "made from nothing");
	expect(await rig.collect()).toMatchObject({ removed: 2 });
});

test("what somebody is about to use stays, and is not called removed", async () => {
	const old = await rig.publish("m", "1");
	await rig.publish("m", "2");
	const name = "berth-aaaaaaaaaa-x-1-0123456789abcdef" as ContainerName;
	rig.artifacts.pin(name, [old]);
	expect(await rig.collect()).toMatchObject({ removed: 0, stayed: 1 });
	expect(rig.isThere(old)).toBe(true);
	expect((await rig.store.ofObject(old))?.removedAt).toBeNull();
	rig.artifacts.unpin(name);
	expect(await rig.collect()).toMatchObject({ removed: 1 });
});

test("contents that are published again while their object is removed are there in the end", async () => {
	const old = await rig.publish("m", "1");
	await rig.publish("m", "2");
	const [collected] = await Promise.all([
		rig.collect(),
		rig.publish("again", "1"),
	]);
	expect(collected.removed + collected.stayed).toBeLessThanOrEqual(1);
	expect(rig.isThere(old)).toBe(true);
	expect(rig.textAt("again")).toBe("1");
	expect((await rig.store.newest(path("again")))?.removedAt).toBeNull();
});

const cache: CachePolicy = { kind: "always" };
const madeOnce = { cache, env: { N: "1" } };

/** The run that is retried carries "make", which gave the old object, and goes on with a task that makes something of it. */
async function carry(failed: RunDetail): Promise<RunId> {
	const made = await holding(rig.artifacts, failed, (isThere) =>
		retryRun(failed, {}, { now: Date.now() as Instant, isThere }),
	);
	await takeUp(rig, made);
	return made.id;
}

/** What may happen to an old object while a collection goes on. Answers with what is to be there in the end. */
const uses: Record<string, (was: Was) => Promise<readonly ObjectHash[]>> = {
	"its contents are published again": async ({ old }) => {
		await rig.publish("again", "1");
		return [old];
	},
	"it is promoted": async ({ old }) => {
		await rig.promote(old);
		return [old];
	},
	"it is promoted, and something else after it": async ({ old, live }) => {
		await rig.promote(old);
		await rig.promote(live);
		return [old];
	},
	"a run that is not over carries it": async ({ old, failed }) => {
		await carry(failed);
		await rig.puppet.next("use");
		return [old];
	},
	"a run that carried it has made something of it": async ({ old, failed }) => {
		const id = await carry(failed);
		await rig.write("made of it", "use");
		await rig.settled(id);
		return [old, await rig.objectAt("made")];
	},
	"a replay that is not over reads what it was made from": async (was) => {
		const { input, failed } = was;
		const now = Date.now() as Instant;
		const wish = { run: failed.id, only: "make" as TaskName };
		const made = await replayRun(failed, wish, { store: rig.store, now });
		await takeUp(rig, made);
		await rig.puppet.next("make");
		return [input];
	},
};

interface Was {
	/** Published at "m", which holds `live` now; made from `input`, which no path holds either. */
	readonly old: ObjectHash;
	readonly live: ObjectHash;
	readonly input: ObjectHash;
	/** The run whose task "make" gave the old one; its task "use" failed. */
	readonly failed: RunDetail;
}

async function wasPublished(): Promise<Was> {
	const input = await rig.publish("in", "raw 1");
	const use: Partial<ContainerWork> = {
		...it("made"),
		in: { it: { from: "output", task: "make" as TaskName, output: "it" } },
	};
	const plan = aPlan(
		aTask("make", { work: { ...it("m"), ...madeOnce, ...from("in") } }),
		aTask("use", { after: ["make"], work: use }),
	);
	const id = await rig.begin(plan, rig.nextRun());
	await rig.write("1");
	(await rig.puppet.next("use")).exit(1);
	const failed = await rig.settled(id);
	const old = await rig.objectAt("m");
	await rig.publish("in", "raw 2");
	return { old, input, failed, live: await rig.publish("m", "2") };
}

/** The same store, which does something after each look, or after the first objects were condemned. */
function interrupted(
	when: "after the look" | "after it is condemned",
	meanwhile: () => Promise<void>,
): Garbage {
	const { garbage } = rig.store;
	let isDone = false;
	const once = async (at: typeof when): Promise<void> => {
		if (at !== when || isDone) return;
		isDone = true;
		await meanwhile();
	};
	return {
		...garbage,
		look: async (...asked) => {
			const look = await garbage.look(...asked);
			await once("after the look");
			return { ...look, condemn };
			async function condemn(...[objects, now]: Parameters<Look["condemn"]>) {
				const gone = await look.condemn(objects, now);
				await once("after it is condemned");
				return gone;
			}
		},
	};
}

describe.each(["after the look", "after it is condemned"] as const)(
	"%s",
	(when) => {
		test.each(Object.keys(uses))(
			"%s: it stays, and what it was made from is there for who asks",
			async (use) => {
				const was = await wasPublished();
				expect((await rig.collect({ isDry: true })).gone).toEqual(
					new Set([was.old, was.input]),
				);
				let stay: readonly ObjectHash[] = [];
				const store = interrupted(when, async () => {
					stay = (await uses[use]?.(was)) ?? [];
				});
				const collected = await rig.collect({ store, atOnce: 200 });
				expect(stay).not.toEqual([]);
				expect(stay.filter((object) => !rig.isThere(object))).toEqual([]);
				expect(collected.stayed).toBeGreaterThanOrEqual(1);
				for (const object of stay)
					expect((await rig.store.ofObject(object))?.removedAt).toBeNull();
				if (stay.includes(was.old)) expect(rig.isThere(was.input)).toBe(true);
			},
		);
	},
);

test("a hit that comes between the look and the transaction that condemns finds its result, and keeps it", async () => {
	const first = await rig.publish("m", "1", madeOnce);
	await rig.publish("m", "2");
	const store = interrupted("after the look", async () => {
		const again = aTask("make", { work: { ...it("m"), ...madeOnce } });
		const { tasks } = await rig.settled(
			await rig.begin(aPlan(again), rig.nextRun()),
		);
		expect(tasks[0]?.attempts[0]?.ending).toMatchObject({ kind: "unchanged" });
	});
	expect(await rig.collect({ store })).toMatchObject({ goes: 0, stayed: 1 });
	expect(await rig.objectAt("m")).toBe(first);
	expect(rig.textAt("m")).toBe("1");
});

test("other work is done between any two transactions of a collection", async () => {
	const texts = ["1", "2", "3", "4", "5"];
	for (const text of texts) await rig.publish("m", text);
	const told: string[] = [];
	const { garbage } = rig.store;
	const store: Garbage = {
		...garbage,
		look: async (...asked) => {
			const look = await garbage.look(...asked);
			return {
				...look,
				condemn: async (...some) => {
					setImmediate(() => told.push("other work"));
					told.push("condemned");
					return look.condemn(...some);
				},
			};
		},
	};
	expect(await rig.collect({ store, atOnce: 1 })).toMatchObject({ removed: 4 });
	expect(told).toEqual(
		Array.from({ length: 4 }, () => ["condemned", "other work"]).flat(),
	);
});

test("while the look is taken, tasks are started and their outputs published", async () => {
	await rig.publish("m", "1");
	await rig.publish("m", "2");
	const { garbage } = rig.store;
	const store: Garbage = {
		...garbage,
		// Were the look taken on the engine's own thread, or did it lock the database, nothing could be published before it is over.
		look: async (...asked) => {
			const [look] = await Promise.all([
				garbage.look(...asked),
				rig.publish("other", "3"),
			]);
			return look;
		},
	};
	expect(await rig.collect({ store })).toMatchObject({ removed: 1 });
	expect(rig.textAt("other")).toBe("3");
});

test("what a collection that was killed had condemned is pardoned, where something needs it by now", async () => {
	const { old, input, failed } = await wasPublished();
	const never = new AbortController().signal;
	const look = await rig.store.garbage.look(
		{
			policy: { newest: 1, youngerThanMs: 0 },
			now: (Date.now() + 1) as Instant,
			spared: new Set(),
			atOnce: 200,
		},
		never,
	);
	expect(await look.condemn([old, input], Date.now() as Instant)).toEqual(
		new Set([old, input]),
	);
	const id = await carry(failed);
	await rig.write("made of it", "use");
	await rig.settled(id);
	expect(await rig.collect()).toMatchObject({ goes: 0, removed: 0, stayed: 2 });
	expect([old, input].every((object) => rig.isThere(object))).toBe(true);
	expect((await rig.store.ofObject(old))?.removedAt).toBeNull();
});

test("a collection that is stopped while it looks has ended at once, and taken nothing", async () => {
	const old = await rig.publish("m", "1");
	await rig.publish("m", "2");
	const stop = new AbortController();
	const collector = new GarbageCollector({
		store: rig.store.garbage,
		artifacts: rig.artifacts,
		now: () => (Date.now() + 1) as Instant,
	});
	const policy = { newest: 1, youngerThanMs: 0 };
	const told = Array.fromAsync(
		collector.collect({ policy, isDry: false }, stop.signal),
	);
	stop.abort();
	expect(await told).toEqual([]);
	expect(rig.isThere(old)).toBe(true);
	expect(await rig.collect()).toMatchObject({ removed: 1 });
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
	rig = aGarbageRig({ artifacts, data, store }, rig.puppet);
	const input = await rig.publish("in", "1");
	const use = aTask("use", { work: from("in") });
	const id = await rig.begin(aPlan(use), rig.nextRun());
	const job = await rig.puppet.next("use");
	expect(await artifacts.removeObject(input, async () => false)).toBe(false);
	job.exit(0);
	await rig.settled(id);
	artifacts.victim = input;
	const robbed = await rig.settled(await rig.begin(aPlan(use), rig.nextRun()));
	expect(robbed.tasks[0]?.attempts[0]?.ending).toMatchObject({
		kind: "refused",
		message:
			"An input was removed while the task was prepared. It will be tried again.",
	});
	expect(robbed.tasks[0]?.attempts[1]?.ending?.message).toContain("is gone");
});
