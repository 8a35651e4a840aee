import type { Database } from "better-sqlite3";
import type { Value } from "../../model/task-state.ts";
import type { DataPath, RunId } from "../../model/words.ts";
import type { HistoryEntry } from "../history-port.ts";
import { sql } from "./kysely.ts";
import { publicationOf, triggerOf } from "./records.ts";
import { sqlFor } from "./schema.ts";
import { prepare } from "./statement.ts";

/** Reads what paths held, and how it came there. */
export function historyReader(sqlite: Database) {
	const { entries } = statementsFor(sqlite);
	return {
		entries: (path: DataPath): HistoryEntry[] =>
			entries.all({ path }).map((row) => ({
				...publicationOf(row),
				run: row.run as RunId,
				trigger: triggerOf(row.trigger),
				origin: (row.promoted_from ?? row.origin) as DataPath | null,
				result: JSON.parse(row.result ?? "null") as Value["result"],
			})),
	};
}

const statementsFor = (sqlite: Database) => ({
	entries: prepare(sqlite, ($: { path: string }) =>
		sqlFor
			.selectFrom("publications as p")
			.innerJoin("objects as o", "o.hash", "p.object")
			.innerJoin("attempts as a", "a.id", "p.attempt")
			.innerJoin("runs as r", "r.key", "a.run")
			.leftJoin("attempts as m", "m.id", "p.maker")
			.leftJoin("tasks as t", (on) =>
				on.onRef("t.run", "=", "m.run").onRef("t.name", "=", "m.task"),
			)
			.leftJoin("tasks as w", (on) =>
				on.onRef("w.run", "=", "a.run").onRef("w.name", "=", "a.task"),
			)
			.select([
				"p.id",
				"p.path",
				"p.object",
				"p.attempt",
				"p.at",
				"p.how",
				"p.maker",
				"p.confirmed_at",
				"o.bytes",
				"o.files",
				"o.removed_at",
				"r.id as run",
				"r.trigger",
				sql<string | null>`t.state -> '$.value.result'`.as("result"),
				sql<string | null>`w.state ->> '$.value.outputs.promoted.from'`.as(
					"promoted_from",
				),
			])
			.select((from) =>
				from
					.selectFrom("publications as first")
					.select("first.path")
					.whereRef("first.attempt", "=", "p.maker")
					.whereRef("first.object", "=", "p.object")
					.orderBy("first.id")
					.limit(1)
					.as("origin"),
			)
			.where("p.path", "=", $.path)
			.orderBy("p.id", "desc"),
	),
});
