import { chmodSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import Sqlite from "better-sqlite3";
import { Unusable } from "../port.ts";
import { connectReadonly } from "./connect.ts";
import { faultsOf } from "./faults.ts";
import { flush } from "./flush.ts";
import { inWords } from "./trouble.ts";

/** What a backup says about itself. */
export interface BackupNote {
	readonly instance: string;
	/** Where the data lay, as berth saw it. */
	readonly data: string;
	/** Milliseconds since the epoch. */
	readonly madeAt: number;
	readonly version: string;
}

/** What a backup holds. */
export interface Holdings {
	readonly runs: number;
	/** Not settled: they were going on. */
	readonly unsettled: number;
	readonly publications: number;
	readonly objects: number;
	readonly objectBytes: number;
}

/**
 * Copy the database as it is at this moment into one file, while its owner goes on writing: from a read transaction of our own, which
 * no writer waits for. The file gets its name only once it is whole, checked and on the disk.
 */
export async function backUp(
	database: string,
	file: string,
	note: BackupNote,
): Promise<Holdings> {
	const partial = `${file}.partial`;
	rmSync(partial, { force: true });
	try {
		await copy(database, partial);
		const holdings = finish(partial, note, database);
		chmodSync(partial, 0o600); // variables and params may be nobody else's business
		flush(partial);
		renameSync(partial, file);
		flush(dirname(file));
		return holdings;
	} catch (error) {
		for (const rest of ["", "-journal", "-wal", "-shm"])
			rmSync(`${partial}${rest}`, { force: true });
		throw error;
	}
}

async function copy(database: string, to: string): Promise<void> {
	const source = connectReadonly(database);
	try {
		source.exec("BEGIN");
		source.prepare("SELECT count(*) FROM sqlite_schema").get(); // from here on, it is what it was
		await source.backup(to, { progress: () => PAGES_AT_A_TIME });
	} catch (error) {
		throw inWords(isOf(error, /^SQLITE_(CORRUPT|BUSY)/) ? database : to, error);
	} finally {
		source.close();
	}
}

/** Make it one file that stands for itself, and look whether it is sound. */
function finish(partial: string, note: BackupNote, from: string): Holdings {
	const sqlite = new Sqlite(partial);
	try {
		sqlite.pragma("journal_mode = DELETE");
		const faults = faultsOf(sqlite);
		if (faults !== null)
			throw new Unusable(
				`The database ${from} is damaged, so no backup was made of it: ${faults} Stop berth and restore an earlier backup ("berth restore FILE"); published files are whole under .berth/objects.`,
			);
		sqlite.exec(
			"CREATE TABLE backup (instance TEXT NOT NULL, data TEXT NOT NULL, made_at INTEGER NOT NULL, version TEXT NOT NULL) STRICT",
		);
		sqlite
			.prepare("INSERT INTO backup VALUES (?, ?, ?, ?)")
			.run(note.instance, note.data, note.madeAt, note.version);
		return holdingsOf(sqlite);
	} catch (error) {
		throw inWords(partial, error);
	} finally {
		sqlite.close();
	}
}

export function holdingsOf(sqlite: Sqlite.Database): Holdings {
	const row = sqlite
		.prepare<[], Holdings>(
			`SELECT
				(SELECT count(*) FROM runs) AS runs,
				(SELECT count(*) FROM runs WHERE settled = 0) AS unsettled,
				(SELECT count(*) FROM publications WHERE newest = 1) AS publications,
				(SELECT count(*) FROM objects) AS objects,
				(SELECT coalesce(sum(bytes), 0) FROM objects) AS objectBytes`,
		)
		.get();
	if (!row) throw new Error("A count has no answer.");
	return row;
}

const isOf = (error: unknown, code: RegExp): boolean =>
	error instanceof Sqlite.SqliteError && code.test(error.code);

const PAGES_AT_A_TIME = 2_000;
