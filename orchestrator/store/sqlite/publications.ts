import type { Database } from "better-sqlite3";
import type { DataPath, ObjectHash } from "../../model/words.ts";
import type { Publication } from "../port.ts";
import { sql } from "./kysely.ts";
import { publicationOf } from "./records.ts";
import { sqlFor } from "./schema.ts";
import { prepare } from "./statement.ts";

/** Reads what is published, and remembers which symlinks are in place. */
export function publicationReader(sqlite: Database) {
	const statements = statementsFor(sqlite);
	const newest = (path: string): Publication[] =>
		statements.newest.all({ path }).map(publicationOf);
	const below = (path: string): Publication[] =>
		statements.between
			.all({ from: `${path}/`, to: `${path}${AFTER_SLASH}` })
			.map(publicationOf);
	return {
		newest: (path: DataPath): Publication | null => newest(path)[0] ?? null,
		covering: (path: DataPath): Publication | null =>
			[path, ...above(path)].flatMap(newest)[0] ?? null,
		entangled: (path: DataPath): Publication[] => [
			...above(path).flatMap(newest),
			...below(path),
		],
		published: (prefix: string): Publication[] => {
			const path = prefix.replace(/\/+$/, "");
			return path === ""
				? statements.everything.all({}).map(publicationOf)
				: [...newest(path), ...below(path)];
		},
		history: (path: DataPath): Publication[] =>
			statements.history.all({ path }).map(publicationOf),
		byId: (id: number): Publication | null =>
			statements.byId.all({ id }).map(publicationOf)[0] ?? null,
		ofObject: (object: ObjectHash): Publication | null =>
			statements.ofObject.all({ object }).map(publicationOf)[0] ?? null,
		unprojected: (): Publication[] =>
			statements.unprojected.all({}).map(publicationOf),
		markProjected: (ids: readonly number[]): void => {
			for (const id of ids) statements.markProjected.run({ id });
		},
	};
}

/** The character that sorts next after `/`: what lies below a folder sorts between the two. */
const AFTER_SLASH = "0";

/** The folders above a path, nearest first: `a/b/c` → `a/b`, `a`. */
function above(path: string): string[] {
	const parts = path.split("/");
	return parts.slice(1).map((_, index) => parts.slice(0, -1 - index).join("/"));
}

function statementsFor(sqlite: Database) {
	const all = sqlFor
		.selectFrom("publications")
		.innerJoin("objects", "objects.hash", "publications.object")
		.select([
			"id",
			"path",
			"object",
			"attempt",
			"at",
			"how",
			"maker",
			"confirmed_at",
			"objects.bytes",
			"objects.files",
			"objects.removed_at",
		]);
	const current = all.where("newest", "=", sql.lit(1));
	return {
		newest: prepare(sqlite, ($: { path: string }) =>
			current.where("path", "=", $.path),
		),
		between: prepare(sqlite, ($: { from: string; to: string }) =>
			current
				.where("path", ">=", $.from)
				.where("path", "<", $.to)
				.orderBy("path"),
		),
		everything: prepare(sqlite, () => current.orderBy("path")),
		history: prepare(sqlite, ($: { path: string }) =>
			all.where("path", "=", $.path).orderBy("id", "desc"),
		),
		byId: prepare(sqlite, ($: { id: number }) => all.where("id", "=", $.id)),
		ofObject: prepare(sqlite, ($: { object: string }) =>
			all.where("object", "=", $.object).orderBy("id", "desc").limit(1),
		),
		unprojected: prepare(sqlite, () =>
			current.where("projected", "=", sql.lit(0)).orderBy("id"),
		),
		markProjected: prepare(sqlite, ($: { id: number }) =>
			sqlFor
				.updateTable("publications")
				.set({ projected: 1 })
				.where("id", "=", $.id),
		),
	};
}
