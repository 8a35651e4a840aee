import type { Database } from "better-sqlite3";
import type { Instant } from "../../model/words.ts";
import type { Variable } from "../port.ts";
import { sqlFor } from "./schema.ts";
import { prepare } from "./statement.ts";

/** Variables, and how far schedules were looked at. */
export function settings(sqlite: Database) {
	const statements = statementsFor(sqlite);
	return {
		vars: (): Variable[] =>
			statements.vars.all({}).map(({ name, value, updated_at }) => ({
				name,
				value,
				updatedAt: updated_at as Instant,
			})),
		setVar: (name: string, value: string, at: Instant): void => {
			statements.setVar.run({ name, value, at });
		},
		unsetVar: (name: string): boolean => statements.unsetVar.run({ name }) > 0,
		scheduledUpTo: (pipeline: string, schedule: string): Instant | null =>
			(statements.scheduledUpTo.get({ pipeline, schedule })?.looked_up_to ??
				null) as Instant | null,
		setScheduledUpTo: (
			pipeline: string,
			schedule: string,
			at: Instant,
		): void => {
			statements.setScheduledUpTo.run({ pipeline, schedule, at });
		},
	};
}

const statementsFor = (sqlite: Database) => ({
	vars: prepare(sqlite, () =>
		sqlFor.selectFrom("variables").selectAll().orderBy("name"),
	),
	setVar: prepare(sqlite, ($: { name: string; value: string; at: number }) =>
		sqlFor
			.insertInto("variables")
			.values({ name: $.name, value: $.value, updated_at: $.at })
			.onConflict((conflict) =>
				conflict
					.column("name")
					.doUpdateSet({ value: $.value, updated_at: $.at }),
			),
	),
	unsetVar: prepare(sqlite, ($: { name: string }) =>
		sqlFor.deleteFrom("variables").where("name", "=", $.name),
	),
	scheduledUpTo: prepare(sqlite, ($: { pipeline: string; schedule: string }) =>
		sqlFor
			.selectFrom("schedules")
			.select("looked_up_to")
			.where("pipeline", "=", $.pipeline)
			.where("schedule", "=", $.schedule),
	),
	setScheduledUpTo: prepare(
		sqlite,
		($: { pipeline: string; schedule: string; at: number }) =>
			sqlFor
				.insertInto("schedules")
				.values({
					pipeline: $.pipeline,
					schedule: $.schedule,
					looked_up_to: $.at,
				})
				.onConflict((conflict) =>
					conflict
						.column("pipeline")
						.doUpdateSet({ schedule: $.schedule, looked_up_to: $.at }),
				),
	),
});
