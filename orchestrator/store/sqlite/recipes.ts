import type { Database } from "better-sqlite3";
import type { Selectable } from "kysely";
import type { Task } from "../../model/plan.ts";
import type { Recipe } from "../../model/recipe.ts";
import type { Json, Named, RunId, TaskName } from "../../model/words.ts";
import type { MadeAttempt, OneTask, RecipesOf } from "../recipes-port.ts";
import { sql } from "./kysely.ts";
import { attemptRecord, runRecord, stateOfRow } from "./records.ts";
import { type Schema, sqlFor } from "./schema.ts";
import { prepare } from "./statement.ts";

/** Reads what attempts were made from. Attempts are found by their ids, which begin with run and task, so that the size of a plan does not matter. */
export function recipeReader(sqlite: Database) {
	const { latest, task, attempts } = statementsFor(sqlite);
	return {
		recipes({ pipeline, task, before, most }: RecipesOf): MadeAttempt[] {
			const { attempt = "", at = Number.MAX_SAFE_INTEGER } = before ?? {};
			return latest.all({ pipeline, task, attempt, at, most }).map(madeOf);
		},

		oneTask(run: RunId, name: TaskName): OneTask | null {
			const row = task.get({ run, task: name });
			if (!row) return null;
			return {
				run: runRecord(row),
				vars: JSON.parse(row.vars ?? "{}") as Named<string>,
				task: JSON.parse(row.planned) as Task,
				state: stateOfRow(row.state),
				attempts: attempts.all({ run, task: name }).map((attempt) => ({
					...attemptRecord(attempt),
					recipe: recipeIn(attempt.recipe),
				})),
			};
		},
	};
}

type Row = Selectable<Schema["attempts"]> & {
	readonly run_id: string;
	readonly ds: string;
	readonly params: string;
};

function madeOf(row: Row): MadeAttempt {
	return {
		...attemptRecord(row),
		run: row.run_id as RunId,
		ds: row.ds,
		params: JSON.parse(row.params) as Named<Json>,
		recipe: JSON.parse(row.recipe ?? "") as Recipe,
	};
}

const recipeIn = (json: string | null): Recipe | null =>
	json === null ? null : (JSON.parse(json) as Recipe);

/** What begins with `<run>/<task>/`: "0" is the character after "/". */
const isOf = (run: unknown, task: unknown) =>
	sql<boolean>`attempts.id > ${run} || '/' || ${task} || '/' and attempts.id < ${run} || '/' || ${task} || '0'`;

interface Latest {
	readonly pipeline: string;
	readonly task: string;
	readonly attempt: string;
	readonly at: number;
	readonly most: number;
}

const statementsFor = (sqlite: Database) => ({
	latest: prepare(sqlite, ($: Latest) =>
		sqlFor
			.selectFrom("runs")
			.innerJoin("attempts", (join) =>
				join.on(isOf(sql.ref("runs.id"), $.task)),
			)
			.selectAll("attempts")
			.select(["runs.id as run_id", "runs.ds", "runs.params"])
			.where("runs.pipeline", "=", $.pipeline)
			.where("attempts.recipe", "is not", null)
			.where("attempts.id", "!=", $.attempt)
			.where("attempts.created_at", "<=", $.at)
			.orderBy("runs.key", "desc")
			.orderBy("attempts.number", "desc")
			.limit($.most),
	),
	task: prepare(sqlite, ($: { run: string; task: string }) =>
		sqlFor
			.selectFrom("runs")
			.innerJoin("tasks", "tasks.run", "runs.key")
			.innerJoin("plans", "plans.run", "runs.key")
			.selectAll("runs")
			.select([
				"tasks.state",
				sql<string>`plans.plan -> ('$.tasks[' || tasks.position || ']')`.as(
					"planned",
				),
				sql<string | null>`plans.plan -> '$.vars'`.as("vars"),
			])
			.where("runs.id", "=", $.run)
			.where("tasks.name", "=", $.task),
	),
	attempts: prepare(sqlite, ($: { run: string; task: string }) =>
		sqlFor
			.selectFrom("attempts")
			.selectAll()
			.where(isOf($.run, $.task))
			.orderBy("number"),
	),
});
