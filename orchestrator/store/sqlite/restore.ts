import {
	chmodSync,
	chownSync,
	copyFileSync,
	existsSync,
	rmSync,
} from "node:fs";
import Sqlite from "better-sqlite3";
import { boundary } from "../../boundary.ts";
import { Unusable } from "../port.ts";
import { type BackupNote, type Holdings, holdingsOf } from "./backup.ts";
import { faultsOf } from "./faults.ts";
import { decideRestore, finishRestore, freshOf } from "./finish-restore.ts";
import { flush } from "./flush.ts";
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
 * of the data directory alone, while nobody has the database open. `user`: whose it becomes, when this process may give it away.
 *
 *   copy beside ─► take off the note, forget which symlinks are in place ─► fsync ─► note that it is to be ─► finish it
 *
 * Killed before the note, nothing has changed; after it, the next that opens the database finishes it.
 */
export function putBack(
	file: string,
	database: string,
	{ suffix, user }: { readonly suffix: string; readonly user: User | null },
): string | null {
	finishRestore(database);
	const fresh = freshOf(database);
	boundary("before copy backup");
	try {
		copyFileSync(file, fresh);
		makeReady(fresh, user);
	} catch (error) {
		rmSync(fresh, { force: true });
		throw inWords(fresh, error);
	}
	const kept = existsSync(database) ? `${database}.before-${suffix}` : null;
	boundary("before decide restore");
	orUnavailable(database, () => decideRestore(database, kept));
	finishRestore(database);
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

function makeReady(fresh: string, user: User | null): void {
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
	if (user) chownSync(fresh, user.uid, user.gid);
	flush(fresh);
}

interface User {
	readonly uid: number;
	readonly gid: number;
}
