import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import type {
	ContainerName,
	Instant,
	ObjectHash,
} from "../../orchestrator/model/words.ts";
import { aPlan, aTask } from "../rig/plans.ts";
import {
	aGarbageRig,
	DAY_MS,
	from,
	type GarbageRig,
	path,
} from "./garbage-rig.ts";

let rig: GarbageRig;

beforeEach(() => {
	rig = aGarbageRig();
});
test("of each path the newest objects are kept, and older ones go", async () => {
	const texts = ["1", "2", "3", "4"];
	const objects: ObjectHash[] = [];
	for (const text of texts) objects.push(await rig.publish("m", text));
	const other = await rig.publish("other", "5");
	const dry = await rig.collect({ newest: 2, isDry: true });
	expect(dry.gone).toEqual(new Set(objects.slice(0, 2)));
	expect(dry.kept).toMatchObject({ live: 2, recent: 1, lineage: 0 });
	expect(objects.every((one) => rig.isThere(one))).toBe(true);
	const real = await rig.collect({ newest: 2 });
	expect(real.gone).toEqual(dry.gone);
	expect(real).toMatchObject({ removed: 2, stayed: 0, strays: 0 });
	expect(objects.map((one) => rig.isThere(one))).toEqual([
		false,
		false,
		true,
		true,
	]);
	expect(rig.isThere(other)).toBe(true);
	const history = await rig.store.history(path("m"));
	expect(history.map(({ removedAt }) => removedAt !== null)).toEqual([
		false,
		false,
		true,
		true,
	]);
	expect(await rig.collect({ newest: 2 })).toMatchObject({ removed: 0 });
});

test("what was published less long ago is kept, and what was ever promoted", async () => {
	const first = await rig.publish("m", "1");
	await rig.publish("m", "2");
	expect((await rig.collect({ days: 1 })).gone).toEqual(new Set());
	await rig.promote(first);
	await rig.promote(await rig.publish("m", "3"));
	const second = await rig.publish("m", "4");
	const sum = await rig.collect({ days: 1, laterMs: 2 * DAY_MS });
	expect(sum.kept).toMatchObject({ live: 2, promoted: 1 });
	expect(sum.goes).toBe(1);
	expect([first, second].every((one) => rig.isThere(one))).toBe(true);
});

test("what a kept object was made from is kept, and what that was made from", async () => {
	const raw = await rig.publish("raw", "raw 1");
	const table = await rig.publish("table", "table 1", from("raw"));
	const model = await rig.publish("m", "model 1", from("table"));
	await rig.promote(model);
	await rig.publish("raw", "raw 2");
	await rig.publish("table", "table 2");
	const lone = await rig.publish("m", "model 2");
	await rig.publish("m", "model 3");
	const collected = await rig.collect();
	expect(collected.gone).toEqual(new Set([lone]));
	expect(collected.kept).toMatchObject({ lineage: 2 });
	expect([raw, table, model].every((one) => rig.isThere(one))).toBe(true);
});

test("what is computed anew after its object was removed is there again, and its history says so", async () => {
	const cache = { kind: "always" } as const;
	const first = await rig.publish("m", "1", { cache, env: { N: "1" } });
	await rig.publish("m", "2", { cache, env: { N: "2" } });
	expect((await rig.collect()).gone).toEqual(new Set([first]));
	expect(rig.isThere(first)).toBe(false);
	// No result is found, so it is computed.
	expect(await rig.publish("m", "1", { cache, env: { N: "1" } })).toBe(first);
	expect(rig.textAt("m")).toBe("1");
	const [newest, , oldest] = await rig.store.history(path("m"));
	expect(newest).toMatchObject({ object: first, removedAt: null });
	expect(oldest).toMatchObject({ object: first, removedAt: null });
});

test("objects that nothing remembers go when they are older than a day, but for those that something is made from or is to be published", async () => {
	const { object: stray } = await stored("stray");
	const { object: receipted } = await stored("receipted", "keep the receipt");
	expect(await rig.collect()).toMatchObject({ strays: 0, removed: 0 });
	const later = { laterMs: 2 * DAY_MS };
	expect(await rig.collect({ ...later, isDry: true })).toMatchObject({
		strays: 1,
		removed: 0,
	});
	expect(rig.isThere(stray)).toBe(true);
	expect(await rig.collect(later)).toMatchObject({ strays: 1, removed: 1 });
	expect([rig.isThere(stray), rig.isThere(receipted)]).toEqual([false, true]);
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
		rig.nextRun(),
	);
	await rig.write("1");
	(await rig.puppet.next("fails")).exit(3);
	const failed = await rig.settled(id);
	const carried = () =>
		holding(rig.artifacts, failed, async (isThere) => {
			const now = Date.now() as Instant;
			return (await retryRun(failed, {}, { now, isThere })).carried.length;
		});
	expect(await carried()).toBe(1);
	await rig.publish("m", "2");
	expect(await rig.collect()).toMatchObject({ removed: 1 });
	expect(await carried()).toBe(0);
});

test("after any collection every path can be read, whatever came before it or was done beside it", async () => {
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
		const newest = 1 + roll(2);
		const beside =
			roll(4) === 0 ? rig.collect({ newest, atOnce: 1 }) : undefined;
		if (roll(3) === 0 && other) await rig.promote(other.object);
		else
			await rig.publish(
				where,
				String(roll(6)),
				other && other.path !== where ? from(other.path) : {},
			);
		await beside;
		for (const { path: live, object, removedAt } of await rig.store.published(
			"",
		)) {
			expect(removedAt).toBeNull();
			expect(rig.isThere(object)).toBe(true);
			expect(rig.textAt(live)).toMatch(/^\d$/);
		}
	}
});

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
