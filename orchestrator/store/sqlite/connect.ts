import Sqlite from "better-sqlite3";
import { Unusable } from "../port.ts";
import { migrate, requireCurrent } from "./migrations.ts";

/** The database of the one that owns the data directory: made when it is missing, and brought up to date. */
export function connect(file: string): Sqlite.Database {
	const sqlite = new Sqlite(file, { timeout: BUSY_MS });
	return orClosed(sqlite, () => {
		sqlite.pragma("journal_mode = WAL");
		sqlite.pragma("synchronous = NORMAL");
		sqlite.pragma("foreign_keys = ON");
		sqlite.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
		sqlite.pragma(`cache_size = -${CACHE_KIB}`);
		migrate(sqlite);
	});
}

/** For reading beside an owner, or without one. */
export function connectReadonly(file: string): Sqlite.Database {
	const sqlite = new Sqlite(file, {
		timeout: BUSY_MS,
		readonly: true,
		fileMustExist: true,
	});
	return orClosed(sqlite, () => requireCurrent(sqlite));
}

/** Each checkpoint waits for the disk: after 16 MiB of changes instead of 4. */
const CHECKPOINT_PAGES = 4_000;
const CACHE_KIB = 8_000;

/** A checkpoint or a backup may hold the file for a moment. */
const BUSY_MS = 5_000;

function orClosed(
	sqlite: Sqlite.Database,
	prepare: () => void,
): Sqlite.Database {
	try {
		prepare();
		return sqlite;
	} catch (error) {
		sqlite.close();
		throw isDamaged(error) ? damaged(sqlite.name, error) : error;
	}
}

const isDamaged = (error: unknown): error is Error =>
	error instanceof Sqlite.SqliteError &&
	/^SQLITE_(NOTADB|CORRUPT)/.test(error.code);

const damaged = (file: string, error: Error): Unusable =>
	new Unusable(
		`The database ${file} cannot be read: ${error.message}. Restore the data directory from a backup; its published files are whole under .berth/objects.`,
		{ cause: error },
	);
