import {
	chmodSync,
	copyFileSync,
	existsSync,
	linkSync,
	renameSync,
	rmSync,
} from "node:fs";
import { dirname } from "node:path";
import Sqlite from "better-sqlite3";
import { Unusable } from "../port.ts";
import { type BackupNote, flush, type Holdings, holdingsOf } from "./backup.ts";
import { faultsOf } from "./faults.ts";
import { refuseNewer } from "./migrations.ts";
import { inWords, orUnavailable } from "./trouble.ts";

/** What a backup says of itself. Refuses, in a sentence, what is no backup that this berth made or can use. */
export function readBackup(file: string): BackupNote & Holdings {
	if (!existsSync(file))
		throw new Unusable(`There is no file ${file} to restore.`);
	const sqlite = orUnavailable(
		file,
		() => new Sqlite(file, { readonly: true, fileMustExist: true }),
	);
	try {
		refuseUnsound(sqlite);
		refuseNewer(sqlite);
		const note = sqlite
			.prepare<[], BackupNote>(
				"SELECT instance, data, made_at AS madeAt, version FROM backup",
			)
			.get();
		if (!note) throw new Unusable(`${file} holds no note of its backup.`);
		return { ...note, ...holdingsOf(sqlite) };
	} finally {
		sqlite.close();
	}
}

/**
 * Put the backup in the database's place. What is there now is kept beside it; answers with its name, or null when there was nothing. For the owner
 * of the data directory alone, while nobody has the database open.
 *
 *   copy beside ─► take off the note, forget which symlinks are in place ─► fsync ─► keep the present one ─► rename
 *
 * Killed before the rename, the present database is as it was, but perhaps without what its log held, as after a loss of power; after it,
 * restoring is done.
 */
export function putBack(
	file: string,
	database: string,
	suffix: string,
): string | null {
	const fresh = `${database}.restoring`;
	try {
		copyFileSync(file, fresh);
		makeReady(fresh);
	} catch (error) {
		rmSync(fresh, { force: true });
		throw inWords(fresh, error);
	}
	const kept = keepAside(database, `${database}.before-${suffix}`);
	renameSync(fresh, database);
	flush(dirname(database));
	return kept;
}

function refuseUnsound(sqlite: Sqlite.Database): void {
	const faults = faultsOf(sqlite);
	if (faults !== null)
		throw new Unusable(
			`${sqlite.name} cannot be restored, because it is not whole or no backup: ${faults} Use another one.`,
		);
	const has = sqlite
		.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'backup'")
		.get();
	if (!has)
		throw new Unusable(
			`${sqlite.name} is a database, but no backup that "berth backup" made. Name one that is.`,
		);
}

function makeReady(fresh: string): void {
	const sqlite = new Sqlite(fresh);
	try {
		sqlite.transaction(() => {
			sqlite.exec("DROP TABLE backup");
			sqlite.exec("UPDATE publications SET projected = 0 WHERE newest = 1");
		})();
	} finally {
		sqlite.close();
	}
	chmodSync(fresh, 0o644);
	flush(fresh);
}

/** With its log beside it, as it lies there. Opening it first could cost what can still be saved: SQLite removes a log that it cannot use. */
function keepAside(database: string, aside: string): string | null {
	if (!existsSync(database)) return null;
	linkSync(database, aside);
	if (existsSync(`${database}-wal`))
		linkSync(`${database}-wal`, `${aside}-wal`);
	flush(dirname(database));
	// A log that lay beside the restored database would be played into it.
	for (const rest of ["-wal", "-shm"])
		rmSync(`${database}${rest}`, { force: true });
	return aside;
}
