import { existsSync, readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hashTree } from "../../orchestrator/artifacts/hash-pool.ts";
import type { ObjectHash } from "../../orchestrator/model/words.ts";
import {
	aDataDirectory,
	answer,
	asItsUser,
	asUser,
	name,
	never,
	path,
	write,
} from "./rig.ts";

const notNeeded = async () => false;
const mine = name("berth-abcdefghij-mine-1-0123456789abcdef");

async function anObject() {
	const data = aDataDirectory();
	const { object } = await data.publish("models/a", { x: "1", "sub/y": "2" });
	const isThere = () => existsSync(join(data.data, ".berth/objects", object));
	return { ...data, object, isThere };
}

/** The store's answer, which comes when it is told to. */
function anAnswer() {
	const asked = Promise.withResolvers<void>();
	const given = Promise.withResolvers<boolean>();
	const isNeeded = () => {
		asked.resolve();
		return given.promise;
	};
	return { isNeeded, asked: asked.promise, give: given.resolve };
}

describe("an object is removed", () => {
	test("when nobody needs it, by an ordinary user too, and nothing of it is left", async () => {
		const { data, artifacts, object, isThere } = await anObject();
		expect(
			await asItsUser(data, () => artifacts.removeObject(object, notNeeded)),
		).toBe(true);
		expect(isThere()).toBe(false);
		expect(readdirSync(join(data, ".berth/staging"))).toEqual([]);
		expect(await artifacts.has([object])).toBe(false);
	});

	test("not when it is not there", async () => {
		const { artifacts } = aDataDirectory();
		const nothing = "0".repeat(64) as ObjectHash;
		expect(await artifacts.removeObject(nothing, notNeeded)).toBe(false);
	});

	test("not when the store says that it is needed", async () => {
		const { artifacts, object, isThere } = await anObject();
		expect(await artifacts.removeObject(object, async () => true)).toBe(false);
		expect(isThere()).toBe(true);
	});

	test("not while it is pinned; the store is not asked then", async () => {
		const { artifacts, object, isThere } = await anObject();
		artifacts.pin(mine, [object]);
		artifacts.pin(mine, ["0".repeat(64) as ObjectHash]);
		const refused = artifacts.removeObject(object, () => {
			throw new Error("asked");
		});
		expect(await refused).toBe(false);
		expect(isThere()).toBe(true);
		artifacts.unpin(mine);
		expect(await artifacts.removeObject(object, notNeeded)).toBe(true);
	});

	test("not when it was pinned while the store was asked, although it was let go again before the answer", async () => {
		const { artifacts, object, isThere } = await anObject();
		const store = anAnswer();
		const removing = artifacts.removeObject(object, store.isNeeded);
		await store.asked;
		artifacts.pin(mine, [object]);
		artifacts.unpin(mine);
		store.give(false);
		expect(await removing).toBe(false);
		expect(isThere()).toBe(true);
	});

	test("after its attempt was discarded, which lets go of it", async () => {
		const { artifacts, object } = await anObject();
		artifacts.pin(mine, [object]);
		await artifacts.discard(mine, true);
		expect(await artifacts.removeObject(object, notNeeded)).toBe(true);
	});

	test("not while an attempt that made the same contents publishes it", async () => {
		const { artifacts, object, isThere } = await anObject();
		const { out } = answer(await artifacts.stage(mine, ["it"], asUser));
		write(out.it ?? "", { x: "1", "sub/y": "2" });
		answer(await artifacts.collect(mine, { it: path("models/b") }, never));
		expect(await artifacts.removeObject(object, notNeeded)).toBe(false);
		expect(isThere()).toBe(true);
	});
});

test("who pins and then sees an object keeps it, at whatever moment it was to be removed", async () => {
	const seen = new Set<boolean>();
	for (let turns = 0; turns < 10; turns += 1) {
		const { artifacts, object, data } = await anObject();
		const store = anAnswer();
		const removing = artifacts.removeObject(object, store.isNeeded);
		await store.asked;
		store.give(false);
		for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
		artifacts.pin(mine, [object]);
		const isThere = await artifacts.has([object]);
		seen.add(isThere);
		expect(await removing).toBe(!isThere);
		if (isThere)
			expect(
				await hashTree(join(data, ".berth/objects", object), never),
			).toMatchObject({ hash: object });
	}
	expect(seen).toEqual(new Set([true, false]));
});

test("all objects on the disk are told with their age, and nothing else that lies there", async () => {
	const { data, artifacts, publish } = aDataDirectory();
	const before = Date.now() - 1_000;
	const { object: a } = await publish("raw/a", { x: "1" });
	const { object: b } = await publish("raw/b", { x: "2" });
	write(data, { ".berth/objects/README": "" });
	utimesSync(join(data, ".berth/objects", a), 1, 1);
	const objects = await Array.fromAsync(artifacts.objects());
	expect(new Set(objects.map(({ hash }) => hash))).toEqual(new Set([a, b]));
	for (const { since } of objects) expect(since).toBeGreaterThan(before);
	expect(await Array.fromAsync(aDataDirectory().artifacts.objects())).toEqual(
		[],
	);
});
