import type { Database } from "better-sqlite3";
import type { Selectable } from "kysely";
import type { Instant } from "../../model/words.ts";
import type { FileHash } from "../hashes-port.ts";
import { type Schema, sqlFor } from "./schema.ts";
import { prepare } from "./statement.ts";

/** What files hashed to when they were last read. */
export function fileHashes(sqlite: Database) {
	const { one, put, forget } = statementsFor(sqlite);
	return {
		known: (paths: readonly string[]): FileHash[] =>
			paths.flatMap((path) => one.all({ path })).map(fileHashOf),
		remember: (hashes: readonly FileHash[]): void => {
			for (const hash of hashes) put.run(rowOf(hash));
		},
		forget: (before: Instant, most: number): number =>
			forget.run({ before, most }),
	};
}

type Row = Selectable<Schema["file_hashes"]>;

const fileHashOf = (row: Row): FileHash => ({
	path: row.path,
	ino: row.ino,
	size: row.size,
	mtimeMs: row.mtime_ms,
	ctimeMs: row.ctime_ms,
	sha256: row.sha256,
	seenAt: row.seen_at as Instant,
});

const rowOf = (hash: FileHash): Row => ({
	path: hash.path,
	ino: hash.ino,
	size: hash.size,
	mtime_ms: hash.mtimeMs,
	ctime_ms: hash.ctimeMs,
	sha256: hash.sha256,
	seen_at: hash.seenAt,
});

const statementsFor = (sqlite: Database) => ({
	one: prepare(sqlite, ($: { path: string }) =>
		sqlFor.selectFrom("file_hashes").selectAll().where("path", "=", $.path),
	),
	put: prepare(sqlite, ($: Row) =>
		sqlFor.replaceInto("file_hashes").values({
			path: $.path,
			ino: $.ino,
			size: $.size,
			mtime_ms: $.mtime_ms,
			ctime_ms: $.ctime_ms,
			sha256: $.sha256,
			seen_at: $.seen_at,
		}),
	),
	forget: prepare(sqlite, ($: { before: number; most: number }) =>
		sqlFor
			.deleteFrom("file_hashes")
			.where("path", "in", (query) =>
				query
					.selectFrom("file_hashes")
					.select("path")
					.where("seen_at", "<", $.before)
					.orderBy("seen_at")
					.limit($.most),
			),
	),
});
