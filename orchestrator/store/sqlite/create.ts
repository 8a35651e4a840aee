import type { Database } from "better-sqlite3";
import { beginRun } from "../../model/begin.ts";
import { evolve } from "../../model/evolve.ts";
import type { Run } from "../../model/run.ts";
import type { NewRun } from "../port.ts";
import { headOf } from "./commit.ts";
import { journalWriter } from "./journal.ts";
import { type Schema, sqlFor } from "./schema.ts";
import { prepare } from "./statement.ts";

/** Stores a new run, or, when one of its id is there, nothing: so a scheduled run exists once. */
export function runCreator(sqlite: Database): (made: NewRun) => boolean {
	const { insert, key, plan } = statementsFor(sqlite);
	const remember = journalWriter(sqlite);
	const insertTasks = taskInserter(sqlite);
	return (made) => {
		const { id, carried } = made;
		const run = carried.reduce(evolve, beginRun({ id, plan: made.plan }));
		if (insert.run(rowOf(made, run)) === 0) return false;
		const row = key.get({ id });
		if (!row)
			throw new Error(`The run "${id}" is not there after it was stored.`);
		plan.run({ run: row.key, plan: JSON.stringify(made.plan) });
		insertTasks(row.key, run);
		remember(row.key, carried);
		return true;
	};
}

type RunRow = Omit<Schema["runs"], "key">;

const rowOf = (made: NewRun, run: Run): RunRow => ({
	id: made.id,
	pipeline: made.plan.pipeline,
	ds: made.plan.ds,
	params: JSON.stringify(made.plan.params),
	trigger: JSON.stringify(made.trigger),
	created_at: made.createdAt,
	...headOf(run, made.carried, null),
});

function taskInserter(sqlite: Database) {
	const { task } = statementsFor(sqlite);
	return (key: number, run: Run): void => {
		for (const [position, { name }] of run.plan.tasks.entries())
			task.run({
				run: key,
				position,
				name,
				state: JSON.stringify(run.tasks.get(name)),
			});
	};
}

const statementsFor = (sqlite: Database) => ({
	insert: prepare(sqlite, ($: RunRow) =>
		sqlFor
			.insertInto("runs")
			.values({
				id: $.id,
				pipeline: $.pipeline,
				ds: $.ds,
				status: $.status,
				params: $.params,
				trigger: $.trigger,
				created_at: $.created_at,
				started_at: $.started_at,
				cancelled_at: $.cancelled_at,
				ended_at: $.ended_at,
				settled: $.settled,
			})
			.onConflict((conflict) => conflict.column("id").doNothing()),
	),
	key: prepare(sqlite, ($: { id: string }) =>
		sqlFor.selectFrom("runs").select("key").where("id", "=", $.id),
	),
	plan: prepare(sqlite, ($: { run: number; plan: string }) =>
		sqlFor.insertInto("plans").values({ run: $.run, plan: $.plan }),
	),
	task: prepare(
		sqlite,
		($: { run: number; position: number; name: string; state: string }) =>
			sqlFor.insertInto("tasks").values({
				run: $.run,
				position: $.position,
				name: $.name,
				state: $.state,
				owed: null,
			}),
	),
});
