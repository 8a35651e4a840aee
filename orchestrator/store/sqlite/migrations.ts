import type { Database } from "better-sqlite3";
import { Unusable } from "../port.ts";

/** Bring the database to the format this berth knows, all or nothing. Refuses one that a newer berth has written. */
export function migrate(sqlite: Database): void {
	refuseNewer(sqlite);
	// Also on a full disk one must be able to look.
	if (formatOf(sqlite) === migrations.length) return;
	sqlite
		.transaction(() => {
			for (const [index, sql] of migrations.entries())
				if (index >= formatOf(sqlite)) sqlite.exec(sql);
			sqlite.pragma(`user_version = ${migrations.length}`);
		})
		.immediate();
}

/** For one who may not migrate: is the database in the format that this berth knows? */
export function requireCurrent(sqlite: Database): void {
	refuseNewer(sqlite);
	if (formatOf(sqlite) < migrations.length)
		throw new Unusable(
			`The database ${sqlite.name} was written by an older berth (format ${formatOf(sqlite)}; this one reads ${migrations.length}). Start "berth up" once: it brings it up to date.`,
		);
}

export function refuseNewer(sqlite: Database): void {
	if (formatOf(sqlite) > migrations.length)
		throw new Unusable(
			`The database ${sqlite.name} was written by a newer berth (format ${formatOf(sqlite)}; this one knows up to ${migrations.length}). Use that berth, or give this one a data directory of its own with BERTH_DATA.`,
		);
}

const formatOf = (sqlite: Database): number =>
	Number(sqlite.pragma("user_version", { simple: true }));

/** Number n brings format n to n + 1. What is here was run on people's data: never change one, add another. */
const migrations = [
	`
	CREATE TABLE runs (
		key INTEGER PRIMARY KEY,
		id TEXT NOT NULL UNIQUE,
		pipeline TEXT NOT NULL,
		ds TEXT NOT NULL,
		status TEXT NOT NULL,
		params TEXT NOT NULL,
		"trigger" TEXT NOT NULL,
		created_at INTEGER NOT NULL,
		started_at INTEGER,
		cancelled_at INTEGER,
		ended_at INTEGER,
		settled INTEGER NOT NULL
	) STRICT;
	CREATE INDEX runs_by_pipeline ON runs (pipeline, key);
	CREATE INDEX runs_by_status ON runs (status, key);
	CREATE INDEX runs_unsettled ON runs (key) WHERE settled = 0;

	CREATE TABLE plans (
		run INTEGER PRIMARY KEY REFERENCES runs (key),
		plan TEXT NOT NULL
	) STRICT;

	CREATE TABLE tasks (
		run INTEGER NOT NULL REFERENCES runs (key),
		position INTEGER NOT NULL,
		name TEXT NOT NULL,
		state TEXT NOT NULL,
		owed TEXT,
		status TEXT GENERATED ALWAYS AS (state ->> 'status') VIRTUAL
	) STRICT;
	CREATE UNIQUE INDEX tasks_by_name ON tasks (run, name);

	CREATE TABLE attempts (
		id TEXT NOT NULL PRIMARY KEY,
		run INTEGER NOT NULL REFERENCES runs (key),
		task TEXT NOT NULL,
		number INTEGER NOT NULL,
		created_at INTEGER NOT NULL,
		started_at INTEGER,
		ended_at INTEGER,
		ending TEXT,
		code INTEGER,
		message TEXT,
		warning TEXT,
		image_key TEXT,
		image_id TEXT
	) STRICT, WITHOUT ROWID;
	CREATE INDEX attempts_by_run ON attempts (run);

	CREATE TABLE events (
		run INTEGER NOT NULL REFERENCES runs (key),
		number INTEGER NOT NULL,
		event TEXT NOT NULL,
		PRIMARY KEY (run, number)
	) STRICT, WITHOUT ROWID;

	CREATE TABLE objects (
		hash TEXT NOT NULL PRIMARY KEY,
		bytes INTEGER NOT NULL,
		files INTEGER NOT NULL,
		created_at INTEGER NOT NULL
	) STRICT, WITHOUT ROWID;

	CREATE TABLE publications (
		id INTEGER PRIMARY KEY,
		path TEXT NOT NULL,
		object TEXT NOT NULL REFERENCES objects (hash),
		attempt TEXT NOT NULL REFERENCES attempts (id),
		at INTEGER NOT NULL,
		newest INTEGER NOT NULL,
		projected INTEGER NOT NULL,
		UNIQUE (attempt, path)
	) STRICT;
	CREATE INDEX publications_by_path ON publications (path, id);
	CREATE UNIQUE INDEX publications_newest ON publications (path) WHERE newest = 1;
	CREATE INDEX publications_unprojected ON publications (id) WHERE newest = 1 AND projected = 0;

	CREATE TABLE variables (
		name TEXT NOT NULL PRIMARY KEY,
		value TEXT NOT NULL,
		updated_at INTEGER NOT NULL
	) STRICT, WITHOUT ROWID;

	CREATE TABLE schedules (
		pipeline TEXT NOT NULL PRIMARY KEY,
		looked_up_to INTEGER NOT NULL
	) STRICT, WITHOUT ROWID;
	`,
	`
	ALTER TABLE schedules ADD COLUMN schedule TEXT NOT NULL DEFAULT '';
	`,
	`
	ALTER TABLE attempts ADD COLUMN fingerprint TEXT;
	ALTER TABLE attempts ADD COLUMN unchanged_since TEXT REFERENCES attempts (id);
	ALTER TABLE attempts ADD COLUMN recipe TEXT;

	CREATE TABLE results (
		fingerprint TEXT NOT NULL PRIMARY KEY,
		attempt TEXT NOT NULL REFERENCES attempts (id),
		pipeline TEXT NOT NULL,
		task TEXT NOT NULL,
		value TEXT NOT NULL,
		at INTEGER NOT NULL
	) STRICT, WITHOUT ROWID;
	CREATE INDEX results_by_task ON results (pipeline, task, at);

	ALTER TABLE publications ADD COLUMN how TEXT NOT NULL DEFAULT 'made';
	ALTER TABLE publications ADD COLUMN maker TEXT NOT NULL DEFAULT '';
	ALTER TABLE publications ADD COLUMN confirmed_at INTEGER NOT NULL DEFAULT 0;
	UPDATE publications SET maker = attempt, confirmed_at = at;
	CREATE INDEX publications_by_object ON publications (object, id);

	ALTER TABLE objects ADD COLUMN removed_at INTEGER;

	CREATE TABLE file_hashes (
		path TEXT NOT NULL PRIMARY KEY,
		ino INTEGER NOT NULL,
		size INTEGER NOT NULL,
		mtime_ms REAL NOT NULL,
		ctime_ms REAL NOT NULL,
		sha256 TEXT NOT NULL,
		seen_at INTEGER NOT NULL
	) STRICT, WITHOUT ROWID;
	CREATE INDEX file_hashes_by_age ON file_hashes (seen_at);
	`,
];
