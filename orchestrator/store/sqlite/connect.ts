import Sqlite from "better-sqlite3";
import { StoreUnavailable } from "../trouble-port.ts";
import { finishRestore, refuseHalfRestored } from "./finish-restore.ts";
import { migrate, requireCurrent } from "./migrations.ts";
import { inWords, orUnavailable } from "./trouble.ts";

/** The database of the one that owns the data directory: made when it is missing, and brought up to date. A restore that was interrupted is finished. */
export function connect(file: string): Sqlite.Database {
	finishRestore(file);
	const sqlite = open(file, {});
	return orClosed(sqlite, () => {
		sqlite.pragma("journal_mode = WAL");
		sqlite.pragma("synchronous = NORMAL");
		sqlite.pragma("foreign_keys = ON");
		sqlite.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
		sqlite.pragma(`cache_size = -${CACHE_KIB}`);
		migrate(sqlite);
		// Whoever waits here lets everything else wait; it is asked again.
		sqlite.pragma(`busy_timeout = ${SHORTLY_MS}`);
	});
}

/** For reading beside an owner, or without one. */
export function connectReadonly(file: string): Sqlite.Database {
	refuseHalfRestored(file);
	const sqlite = open(file, { readonly: true, fileMustExist: true });
	return orClosed(sqlite, () => requireCurrent(sqlite));
}

/** Bring all that the log holds into the database file, and begin the log anew. Both are on the disk afterwards. */
export function rewrite(sqlite: Sqlite.Database): void {
	const [done] = sqlite.pragma("wal_checkpoint(TRUNCATE)") as {
		busy: number;
	}[];
	if (done?.busy === 0) return;
	throw new StoreUnavailable(
		"locked",
		`The database ${sqlite.name} is being read by another program, so that its log cannot be written anew.`,
	);
}

/** Each checkpoint waits for the disk: after 16 MiB of changes instead of 4. */
const CHECKPOINT_PAGES = 4_000;
const CACHE_KIB = 8_000;

/** Somebody who leaves may hold the file for a moment. */
const BUSY_MS = 5_000;
const SHORTLY_MS = 100;

const open = (file: string, options: Sqlite.Options): Sqlite.Database =>
	orUnavailable(file, () => new Sqlite(file, { timeout: BUSY_MS, ...options }));

function orClosed(
	sqlite: Sqlite.Database,
	prepare: () => void,
): Sqlite.Database {
	try {
		prepare();
		return sqlite;
	} catch (error) {
		sqlite.close();
		throw inWords(sqlite.name, error);
	}
}
