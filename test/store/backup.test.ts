import { spawnSync } from "node:child_process";
import {
	copyFileSync,
	existsSync,
	lstatSync,
	readdirSync,
	readFileSync,
	truncateSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Sqlite from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { backUp } from "../../orchestrator/store/sqlite/backup.ts";
import {
	putBack,
	readBackup,
} from "../../orchestrator/store/sqlite/restore.ts";
import { openStore } from "../../orchestrator/store/sqlite/sqlite-store.ts";
import { aTask } from "../rig/plans.ts";
import { aSmallDisk, damage, whyNoDisk } from "../rig/storage.ts";
import {
	aFolder,
	aNewRun,
	anOutput,
	aStore,
	at,
	attempt,
	aValue,
	begun,
	hash,
	StoredRun,
} from "./a-store.ts";

const NOTE = {
	instance: "aaaaaaaaaa",
	data: "/data",
	madeAt: 5,
	version: "1.2.3",
};

const NOW = { suffix: "now", user: null };

const places = () => {
	const folder = aFolder();
	return {
		folder,
		database: join(folder, "berth.db"),
		file: join(folder, "kept.backup"),
	};
};

/** A database with one run that has published, another that goes on, and a variable. */
async function aDatabase(database: string): Promise<void> {
	const store = openStore(database);
	const over = await StoredRun.create(store, aNewRun("train@1", [aTask("a")]));
	const a = attempt("a", 1, 3_000);
	await over.turn(begun, a.scheduled, a.prepared, a.admitted, a.started);
	await over.turn(a.exited(0), a.published(aValue(anOutput("m", hash("a")))));
	await over.turn(a.released);
	await store.markProjected([1]);
	await store.create(aNewRun("train@2", [aTask("a")]));
	await store.setVar("a", "b", at(1));
	store.close();
}

/** The steps it took; killed before the nth one, if any. */
function restoreAndCrash(file: string, database: string, killBefore = 0) {
	const program = new URL("./restore-and-crash.ts", import.meta.url);
	const { stdout, signal } = spawnSync(
		process.execPath,
		[fileURLToPath(program), file, database, `${killBefore}`],
		{ stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" },
	);
	expect(signal).toBe(killBefore === 0 ? null : "SIGKILL");
	return stdout.split("\n").slice(0, -1);
}

describe("a backup", () => {
	test("is one file that says what it is and what it holds", async () => {
		const { folder, database, file } = places();
		await aDatabase(database);
		const made = await backUp(database, file, NOTE);
		expect(made).toEqual({
			runs: 2,
			unsettled: 1,
			publications: 1,
			objects: 1,
			objectBytes: 10,
		});
		expect(readBackup(file)).toEqual({ ...NOTE, ...made });
		expect(readdirSync(folder).filter((name) => /kept/.test(name))).toEqual([
			"kept.backup",
		]);
	});

	test("is of one moment, though its owner goes on writing all the while, and keeps nobody from it", async () => {
		const { database, file } = places();
		const store = aStore(database);
		const text = "x".repeat(50_000);
		for (let i = 0; i < 200; i++) await store.setVar(`v${i}`, text, at(0));
		let going = true;
		let writes = 0;
		const writing = (async () => {
			const stored: Promise<unknown>[] = [];
			// Two at once: a moment in which only one of them is there must not be in the backup.
			for (let n = 1; going; n++) {
				// Not awaited: how long the disk takes for it is no matter of the backup's.
				stored.push(
					store.create(aNewRun(`train@${n}`, [aTask("a"), aTask("b")])),
				);
				writes++;
				await new Promise(setImmediate);
			}
			await Promise.all(stored);
		})();
		await expect.poll(() => writes).toBeGreaterThan(3);
		const before = writes;
		await backUp(database, file, NOTE);
		expect(writes).toBeGreaterThan(before);
		going = false;
		await writing;
		const kept = new Sqlite(file, { readonly: true });
		const count = (table: string) =>
			Number(kept.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
		expect(count("runs")).toBeGreaterThanOrEqual(before);
		expect(count("runs")).toBeLessThanOrEqual(writes);
		expect(count("tasks")).toBe(2 * count("runs"));
		expect(count("plans")).toBe(count("runs"));
		kept.close();
	});

	test("is not made of a damaged database, and leaves the earlier one as it is", async () => {
		const { folder, database, file } = places();
		await aDatabase(database);
		await backUp(database, file, NOTE);
		const earlier = readFileSync(file);
		damage(database, "attempts_by_run");
		await expect(backUp(database, file, NOTE)).rejects.toThrow(
			/berth\.db is damaged.*earlier backup/s,
		);
		expect(readFileSync(file).equals(earlier)).toBe(true);
		expect(readdirSync(folder).filter((name) => /partial/.test(name))).toEqual(
			[],
		);
	});

	const reason = whyNoDisk();
	test("that does not fit on its disk is no file at all, and a sentence", {
		...(reason === null
			? {}
			: { skip: true, meta: { skippedBecause: reason } }),
	}, async () => {
		const { database } = places();
		await aDatabase(database);
		const disk = aSmallDisk(64 * 1024);
		await expect(backUp(database, join(disk.path, "b"), NOTE)).rejects.toThrow(
			/cannot be written, because its disk is full/,
		);
		expect(readdirSync(disk.path)).toEqual([]);
	});
});

describe("restoring", () => {
	test("brings everything back, keeps what was there, and has every path brought in place anew", async () => {
		const { database, file } = places();
		await aDatabase(database);
		await backUp(database, file, NOTE);
		const later = openStore(database);
		await later.setVar("a", "later", at(9));
		await later.create(aNewRun("train@3", [aTask("a")]));
		later.close();

		const kept = putBack(file, database, NOW);
		expect(kept).toBe(`${database}.before-now`);
		const store = aStore(database);
		expect(await store.vars()).toMatchObject([{ name: "a", value: "b" }]);
		expect((await store.runs({})).map(({ id }) => id)).toEqual([
			"train@2",
			"train@1",
		]);
		expect(await store.active()).toMatchObject([{ id: "train@2" }]);
		expect(await store.unprojected()).toMatchObject([{ path: "m" }]);
		expect(await store.create(aNewRun("train@3", [aTask("a")]))).toBe(true);
		const before = openStore(kept ?? "", { readonly: true });
		expect(await before.vars()).toMatchObject([{ value: "later" }]);
		before.close();
	});

	test("keeps of one whose owner was killed also what lies in its log only", async () => {
		const { folder, database, file } = places();
		await aDatabase(database);
		await backUp(database, file, NOTE);
		const owner = openStore(database);
		await owner.setVar("a", "in the log", at(9));
		// As after SIGKILL: the files as they are, and nobody who has them open.
		const killed = join(folder, "killed.db");
		for (const rest of ["", "-wal"])
			copyFileSync(`${database}${rest}`, `${killed}${rest}`);
		owner.close();
		const kept = putBack(file, killed, NOW);
		const before = openStore(kept ?? "", { readonly: true });
		expect(await before.vars()).toMatchObject([{ value: "in the log" }]);
		before.close();
		const store = aStore(killed);
		expect(await store.vars()).toMatchObject([{ value: "b" }]);
	});

	test("replaces a database that cannot be read at all, and its log is not played into the new one", async () => {
		const { database, file } = places();
		await aDatabase(database);
		await backUp(database, file, NOTE);
		writeFileSync(database, "nonsense ".repeat(10_000));
		writeFileSync(`${database}-wal`, "more nonsense");
		const kept = putBack(file, database, NOW);
		expect(readFileSync(kept ?? "", "utf8")).toContain("nonsense");
		expect(readFileSync(`${kept}-wal`, "utf8")).toBe("more nonsense");
		const store = aStore(database);
		expect(await store.vars()).toMatchObject([{ value: "b" }]);
	});

	test("killed before any step of it, leaves all as it was, or is finished by whoever opens the database next", async () => {
		const { folder, database, file } = places();
		await aDatabase(database);
		await backUp(database, file, NOTE);
		const owner = openStore(database);
		await owner.setVar("a", "in the log", at(9));
		/** As after SIGKILL of its owner. */
		const killed = (step: number) => {
			const it = join(folder, `killed-${step}.db`);
			for (const rest of ["", "-wal"])
				copyFileSync(`${database}${rest}`, `${it}${rest}`);
			return it;
		};
		const steps = restoreAndCrash(file, killed(0));
		expect(steps.length).toBeGreaterThanOrEqual(8);
		const decided = steps.indexOf("before decide restore");
		for (const [index, step] of steps.entries()) {
			const it = killed(index + 1);
			expect(restoreAndCrash(file, it, index + 1)).toEqual(
				steps.slice(0, index),
			);
			if (index > decided)
				expect(() => openStore(it, { readonly: true })).toThrow(
					/A restore of .* was interrupted/,
				);
			const store = aStore(it);
			expect(await store.vars(), step).toMatchObject([
				{ value: index > decided ? "b" : "in the log" },
			]);
			if (index <= decided) continue;
			const before = openStore(`${it}.before-now`, { readonly: true });
			expect(await before.vars(), step).toMatchObject([
				{ value: "in the log" },
			]);
			before.close();
			expect(existsSync(`${it}.restore-pending`), step).toBe(false);
		}
		owner.close();
	});

	test("killed while it is finished, is finished all the same", async () => {
		const { database, file } = places();
		await aDatabase(database);
		await backUp(database, file, NOTE);
		const later = openStore(database);
		await later.setVar("a", "later", at(9));
		later.close();
		const steps = restoreAndCrash(file, database, 4);
		expect(steps.at(-1)).toBe("before keep database");
		for (const nth of [3, 4, 4, 2]) restoreAndCrash(file, database, nth);
		const store = aStore(database);
		expect(await store.vars()).toMatchObject([{ value: "b" }]);
		const before = openStore(`${database}.before-now`, { readonly: true });
		expect(await before.vars()).toMatchObject([{ value: "later" }]);
		before.close();
	});

	test("by root, belongs to the user of the data directory", {
		...(process.getuid?.() === 0
			? {}
			: { skip: true, meta: { skippedBecause: "only root can give it away" } }),
	}, async () => {
		const { database, file } = places();
		await aDatabase(database);
		await backUp(database, file, NOTE);
		const user = { uid: 12345, gid: 12346 };
		putBack(file, database, { suffix: "now", user });
		expect(lstatSync(database)).toMatchObject(user);
	});

	test("also into an empty folder", async () => {
		const { database, file } = places();
		await aDatabase(database);
		await backUp(database, file, NOTE);
		const elsewhere = join(aFolder(), "berth.db");
		expect(putBack(file, elsewhere, NOW)).toBeNull();
		const store = aStore(elsewhere);
		expect(await store.runs({})).toHaveLength(2);
		expect(existsSync(`${elsewhere}.restoring`)).toBe(false);
	});

	test("refuses what is no backup, or not whole, or of a newer berth", async () => {
		const { database, file } = places();
		await aDatabase(database);
		await backUp(database, file, NOTE);
		expect(() => readBackup(`${file}.not`)).toThrow(/There is no file/);
		expect(() => readBackup(database)).toThrow(
			/is a database, but no backup that "berth backup" made/,
		);
		const cut = `${file}.cut`;
		copyFileSync(file, cut);
		truncateSync(cut, 40_000);
		expect(() => readBackup(cut)).toThrow(/is not whole or no backup/);
		writeFileSync(cut, "something else");
		expect(() => readBackup(cut)).toThrow(
			/not whole or no backup: file is not/,
		);
		const newer = new Sqlite(file);
		newer.pragma("user_version = 99");
		newer.close();
		expect(() => readBackup(file)).toThrow(/written by a newer berth/);
	});
});
