import { describe, expect, test } from "vitest";
import type { Publication, Store } from "../../orchestrator/store/port.ts";
import { aTask } from "../rig/plans.ts";
import {
	aNewRun,
	anOutput,
	aStore,
	attempt,
	aValue,
	begun,
	hash,
	path,
	StoredRun,
} from "./a-store.ts";

/** Publishes each path by a run of its own, one after the other. */
async function aStoreWith(...paths: readonly string[]): Promise<Store> {
	const store = aStore();
	for (const [index, where] of paths.entries())
		await publish(store, index + 1, where);
	return store;
}

async function publish(store: Store, number: number, where: string) {
	const stored = await StoredRun.create(
		store,
		aNewRun(`train@${number}`, [aTask("a")]),
	);
	const a = attempt("a", 1, number * 10_000);
	const value = aValue(anOutput(where, hash(String(number))));
	await stored.turn(begun, a.scheduled, a.prepared, a.admitted, a.started);
	await stored.turn(a.exited(0), a.published(value), a.released);
}

/** `path by attempt`. */
const names = (publications: readonly (Publication | null)[]) =>
	publications.map((found) => found && `${found.path} by ${found.attempt}`);

test("the newest publication of a path wins, and the older ones are its history", async () => {
	const store = await aStoreWith("models/m", "models/other", "models/m");
	expect(names([await store.newest(path("models/m"))])).toEqual([
		"models/m by train@3/a/1",
	]);
	expect(names(await store.history(path("models/m")))).toEqual([
		"models/m by train@3/a/1",
		"models/m by train@1/a/1",
	]);
	expect(await store.newest(path("models"))).toBeNull();
	expect(await store.history(path("models"))).toEqual([]);
});

test("a path within a published folder is covered by it", async () => {
	const store = await aStoreWith("raw/day", "raw/day-2");
	const covering = async (where: string) =>
		(await store.covering(path(where)))?.path ?? null;
	expect(await covering("raw/day")).toBe("raw/day");
	expect(await covering("raw/day/a/b.csv")).toBe("raw/day");
	expect(await covering("raw/day-2/x")).toBe("raw/day-2");
	expect(await covering("raw/da")).toBeNull();
	expect(await covering("raw")).toBeNull();
});

test("entangled are the paths strictly above and below, whatever sorts between", async () => {
	const store = await aStoreWith(
		"a/b",
		"a/b/c",
		"a/b-c",
		"a/b.d",
		"a/b0",
		"a/b/c/d",
		"a/b/c",
	);
	expect(names(await store.entangled(path("a/b")))).toEqual([
		"a/b/c by train@7/a/1",
		"a/b/c/d by train@6/a/1",
	]);
	expect(names(await store.entangled(path("a/b/c")))).toEqual([
		"a/b by train@1/a/1",
		"a/b/c/d by train@6/a/1",
	]);
	expect(await store.entangled(path("a/b-c"))).toEqual([]);
});

test("published lists the newest of every path below a folder", async () => {
	const store = await aStoreWith("b/x", "a/y", "b", "a/y", "ab");
	expect(names(await store.published(""))).toEqual([
		"a/y by train@4/a/1",
		"ab by train@5/a/1",
		"b by train@3/a/1",
		"b/x by train@1/a/1",
	]);
	expect(names(await store.published("a/"))).toEqual(["a/y by train@4/a/1"]);
	expect(names(await store.published("a"))).toEqual(["a/y by train@4/a/1"]);
	expect(names(await store.published("b"))).toEqual([
		"b by train@3/a/1",
		"b/x by train@1/a/1",
	]);
});

describe("a symlink", () => {
	test("is to be brought in place until it is marked", async () => {
		const store = await aStoreWith("a", "b");
		const [first, second] = await store.unprojected();
		expect(names([first ?? null, second ?? null])).toEqual([
			"a by train@1/a/1",
			"b by train@2/a/1",
		]);
		await store.markProjected([first?.id ?? 0]);
		expect(names(await store.unprojected())).toEqual(["b by train@2/a/1"]);
	});

	test("of an older publication is not", async () => {
		const store = await aStoreWith("a", "a");
		expect(names(await store.unprojected())).toEqual(["a by train@2/a/1"]);
	});
});

test("the same contents published twice are one object", async () => {
	const store = aStore();
	const stored = await StoredRun.create(
		store,
		aNewRun("train@1", [aTask("a")]),
	);
	const a = attempt("a", 1, 3_000);
	const same = hash("1");
	await stored.turn(begun, a.scheduled, a.prepared, a.admitted, a.started);
	await stored.turn(
		a.exited(0),
		a.published(aValue(anOutput("x", same), anOutput("y", same))),
	);
	const found = await store.published("");
	expect(found.map(({ object }) => object)).toEqual([same, same]);
});
