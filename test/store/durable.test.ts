import { statSync, symlinkSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { connect, rewrite } from "../../orchestrator/store/sqlite/connect.ts";
import { DiskSync } from "../../orchestrator/store/sqlite/disk-sync.ts";
import {
	openStore,
	SqliteStore,
} from "../../orchestrator/store/sqlite/sqlite-store.ts";
import { aTask } from "../rig/plans.ts";
import { aFolder, aNewRun, aStore, at, begun, StoredRun } from "./a-store.ts";

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
		await new DiskSync(`${aFolder()}/none.db`, () => undefined).sync();
	});

	test("in another way after the disk has refused, because it may answer the next time that all is well", async () => {
		const database = `${aFolder()}/refused.db`;
		symlinkSync("/dev/null", `${database}-wal`); // cannot be synced
		let rewritten = 0;
		const disk = new DiskSync(database, () => void rewritten++);
		await expect(disk.sync()).rejects.toThrow(/EINVAL/);
		expect(rewritten).toBe(0);
		await disk.sync();
		expect(rewritten).toBe(1);
		await expect(disk.sync()).rejects.toThrow(/EINVAL/);
	});

	test("with the log brought into the database file, where that way is taken", async () => {
		const file = `${aFolder()}/berth.db`;
		const sqlite = connect(file);
		const store = new SqliteStore(sqlite);
		await store.setVar("a", "b", at(1));
		expect(statSync(`${file}-wal`).size).toBeGreaterThan(0);
		rewrite(sqlite);
		expect(statSync(`${file}-wal`).size).toBe(0);
		const reader = openStore(file, { readonly: true });
		expect(await reader.vars()).toMatchObject([{ name: "a" }]);
		reader.close();
		store.close();
	});

	test("and closing does not wait for it", async () => {
		const store = openStore(`${aFolder()}/berth.db`);
		await store.create(aNewRun("train@1", [aTask("a")]));
		const durable = store.durable();
		store.close();
		await expect(durable).resolves.toBeUndefined();
	});
});
