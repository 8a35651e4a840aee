import type { Database } from "better-sqlite3";
import type { Selectable } from "kysely";
import { restoreRun } from "../../model/begin.ts";
import type { Event } from "../../model/events.ts";
import type { Run } from "../../model/run.ts";
import type { Instant, RunId, TaskName } from "../../model/words.ts";
import type { RunDetail, RunFilter, RunRecord, TaskRecord } from "../port.ts";
import { sql } from "./kysely.ts";
import {
	attemptRecord,
	eventOf,
	owedOf,
	planOf,
	runRecord,
	stateOfRow,
} from "./records.ts";
import { type Schema, sqlFor } from "./schema.ts";
import { prepare } from "./statement.ts";

/** Reads runs: as the model knows them, and as lists and pages show them. */
export function runReader(sqlite: Database) {
	const statements = statementsFor(sqlite);
	return {
		active: (): Run[] =>
			statements.unsettled.all({}).map((row) => {
				const tasks = statements.tasks.all({ run: row.key });
				return restoreRun({
					id: row.id as RunId,
					plan: planOf(row.plan),
					begun: row.started_at as Instant | null,
					cancelled: row.cancelled_at as Instant | null,
					tasks: tasks.map((task) => [nameOf(task), stateOfRow(task.state)]),
					owed: tasks.map((task) => [nameOf(task), owedOf(task.owed)]),
				});
			}),

		runs: (filter: RunFilter): RunRecord[] =>
			statements[listFor(filter)]
				.all({
					pipeline: filter.pipeline ?? filter.sweep?.split("@")[0] ?? "",
					status: filter.status ?? "",
					sweep: filter.sweep ?? "",
					limit: filter.limit ?? -1,
				})
				.map(runRecord),

		run(id: RunId, leaveOut?: "inputs"): RunDetail | null {
			const row = statements.run.get({ id });
			if (!row) return null;
			return {
				...runRecord(row),
				plan: planOf(row.plan),
				tasks: tasksOf(row.key, leaveOut),
			};
		},

		events: (id: RunId): Event[] =>
			statements.events.all({ id }).map(({ event }) => eventOf(event)),
	};

	function tasksOf(run: number, leaveOut?: "inputs"): TaskRecord[] {
		const attempts = Map.groupBy(
			statements.attempts.all({ run }),
			({ task }) => task,
		);
		const inputs = leaveOut === "inputs" ? NONE : inputsOf(run);
		return statements.tasks.all({ run }).map((task) => ({
			name: nameOf(task),
			state: stateOfRow(task.state),
			attempts: (attempts.get(task.name) ?? []).map(attemptRecord),
			inputs: JSON.parse(inputs.get(task.name) ?? "null"),
		}));
	}

	/** By task, of its latest attempt. */
	function inputsOf(run: number): Map<string, string | null> {
		const rows = statements.inputs.all({ run });
		return new Map(rows.map(({ task, inputs }) => [task, inputs]));
	}
}

const NONE: ReadonlyMap<string, string | null> = new Map();

const nameOf = ({ name }: Selectable<Schema["tasks"]>): TaskName =>
	name as TaskName;

/** Each has a statement of its own, so that each uses its index. */
function listFor({ pipeline, status, sweep }: RunFilter) {
	if (sweep !== undefined) return "ofSweep";
	if (pipeline !== undefined)
		return status === undefined ? "ofPipeline" : "ofBoth";
	return status === undefined ? "all" : "ofStatus";
}

/** All but the recipe, which may be long. */
const ATTEMPT = [
	"id",
	"run",
	"task",
	"number",
	"created_at",
	"started_at",
	"ended_at",
	"ending",
	"code",
	"message",
	"warning",
	"image_key",
	"image_id",
	"fingerprint",
	"unchanged_since",
] as const;

interface List {
	readonly pipeline: string;
	readonly status: string;
	readonly sweep: string;
	readonly limit: number;
}

function statementsFor(sqlite: Database) {
	const newest = ($: List) =>
		sqlFor
			.selectFrom("runs")
			.selectAll("runs")
			.orderBy("key", "desc")
			.limit($.limit);
	const withPlan = sqlFor
		.selectFrom("runs")
		.innerJoin("plans", "plans.run", "runs.key")
		.selectAll("runs")
		.select("plans.plan");
	return {
		all: prepare(sqlite, newest),
		ofPipeline: prepare(sqlite, ($: List) =>
			newest($).where("pipeline", "=", $.pipeline),
		),
		ofStatus: prepare(sqlite, ($: List) =>
			newest($).where("status", "=", $.status),
		),
		ofBoth: prepare(sqlite, ($: List) =>
			newest($)
				.where("pipeline", "=", $.pipeline)
				.where("status", "=", $.status),
		),
		/** The pipeline is the beginning of the sweep's id, so that only its runs are looked at. */
		ofSweep: prepare(sqlite, ($: List) =>
			newest($)
				.where("pipeline", "=", $.pipeline)
				.where(sql`"trigger" ->> '$.sweep.id'`, "=", $.sweep),
		),
		unsettled: prepare(sqlite, () =>
			withPlan.where("settled", "=", sql.lit(0)).orderBy("key"),
		),
		run: prepare(sqlite, ($: { id: string }) =>
			withPlan.where("id", "=", $.id),
		),
		tasks: prepare(sqlite, ($: { run: number }) =>
			sqlFor
				.selectFrom("tasks")
				.selectAll()
				.where("run", "=", $.run)
				.orderBy("position"),
		),
		attempts: prepare(sqlite, ($: { run: number }) =>
			sqlFor
				.selectFrom("attempts")
				.select(ATTEMPT)
				.where("run", "=", $.run)
				.orderBy("number"),
		),
		inputs: prepare(sqlite, ($: { run: number }) =>
			sqlFor
				.selectFrom("attempts")
				.select(["task", sql<string | null>`recipe -> '$.in'`.as("inputs")])
				.where("run", "=", $.run)
				.orderBy("number"),
		),
		events: prepare(sqlite, ($: { id: string }) =>
			sqlFor
				.selectFrom("events")
				.innerJoin("runs", "runs.key", "events.run")
				.select("events.event")
				.where("runs.id", "=", $.id)
				.orderBy("events.number"),
		),
	};
}
