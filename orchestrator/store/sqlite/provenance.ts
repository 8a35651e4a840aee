import type { Database } from "better-sqlite3";
import type { Recipe } from "../../model/recipe.ts";
import type { TaskState } from "../../model/task-state.ts";
import type {
	AttemptId,
	ObjectHash,
	RunId,
	TaskName,
} from "../../model/words.ts";
import type { AttemptFacts, PlannedRun } from "../provenance-port.ts";
import { attemptRecord, planOf, runRecord, stateOfRow } from "./records.ts";
import { sqlFor } from "./schema.ts";
import { prepare } from "./statement.ts";

/** Reads how things came to be. */
export function provenanceReader(sqlite: Database) {
	const statements = statementsFor(sqlite);
	return {
		attempt(id: AttemptId): AttemptFacts | null {
			const row = statements.attempt.get({ id });
			if (!row) return null;
			return {
				...attemptRecord(row),
				run: row.run_id as RunId,
				task: row.task as TaskName,
				recipe: row.recipe === null ? null : (JSON.parse(row.recipe) as Recipe),
			};
		},

		planned(run: RunId): PlannedRun | null {
			const row = statements.planned.get({ run });
			return row ? { ...runRecord(row), plan: planOf(row.plan) } : null;
		},

		taskState(run: RunId, task: TaskName): TaskState | null {
			const row = statements.state.get({ run, task });
			return row ? stateOfRow(row.state) : null;
		},

		objectsLike: (prefix: string, most: number): ObjectHash[] =>
			statements.objectsLike
				.all({ from: prefix, to: `${prefix}${AFTER_HEX}`, most })
				.map(({ hash }) => hash as ObjectHash),
	};
}

/** Sorts after every digit. */
const AFTER_HEX = "g";

const statementsFor = (sqlite: Database) => ({
	attempt: prepare(sqlite, ($: { id: string }) =>
		sqlFor
			.selectFrom("attempts")
			.innerJoin("runs", "runs.key", "attempts.run")
			.selectAll("attempts")
			.select("runs.id as run_id")
			.where("attempts.id", "=", $.id),
	),
	planned: prepare(sqlite, ($: { run: string }) =>
		sqlFor
			.selectFrom("runs")
			.innerJoin("plans", "plans.run", "runs.key")
			.selectAll("runs")
			.select("plans.plan")
			.where("id", "=", $.run),
	),
	state: prepare(sqlite, ($: { run: string; task: string }) =>
		sqlFor
			.selectFrom("tasks")
			.innerJoin("runs", "runs.key", "tasks.run")
			.select("tasks.state")
			.where("runs.id", "=", $.run)
			.where("tasks.name", "=", $.task),
	),
	objectsLike: prepare(
		sqlite,
		($: { from: string; to: string; most: number }) =>
			sqlFor
				.selectFrom("objects")
				.select("hash")
				.where("hash", ">=", $.from)
				.where("hash", "<", $.to)
				.orderBy("hash")
				.limit($.most),
	),
});
