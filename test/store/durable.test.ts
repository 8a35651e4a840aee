import { describe, expect, test } from "vitest";
import { DiskSync } from "../../orchestrator/store/sqlite/disk-sync.ts";
import { openStore } from "../../orchestrator/store/sqlite/sqlite-store.ts";
import { aTask } from "../rig/plans.ts";
import { aFolder, aNewRun, aStore, begun, StoredRun } from "./a-store.ts";

describe("what was remembered is made durable", () => {
	test("again and again, also by many at once", async () => {
		const store = aStore();
		const stored = await StoredRun.create(
			store,
			aNewRun("train@1", [aTask("a")]),
		);
		await stored.turn(begun);
		await Promise.all(Array.from({ length: 20 }, () => store.durable()));
		await store.durable();
	});

	test("where there is nothing to make durable, too", async () => {
		const store = openStore(":memory:");
		await store.durable();
		store.close();
		await new DiskSync(`${aFolder()}/none.db`).sync();
	});

	test("and closing does not wait for it", async () => {
		const store = openStore(`${aFolder()}/berth.db`);
		await store.create(aNewRun("train@1", [aTask("a")]));
		const durable = store.durable();
		store.close();
		await expect(durable).resolves.toBeUndefined();
	});
});
