import type { Database } from "better-sqlite3";
import { attemptId } from "../../model/names.ts";
import type { Task } from "../../model/plan.ts";
import type { Run } from "../../model/run.ts";
import type { Value } from "../../model/task-state.ts";
import type { AttemptId, Fingerprint, Instant } from "../../model/words.ts";
import type { KnownResult } from "../port.ts";
import { sqlFor } from "./schema.ts";
import { prepare } from "./statement.ts";
import type { Step } from "./steps.ts";

/**
 * Remembers what an attempt gave under its fingerprint, in the transaction that publishes it. The newest counts. Not of one that ended with a
 * warning: a limit, which is no part of the fingerprint, may have kept it from giving all.
 */
export function resultWriter(
	sqlite: Database,
): (run: Run, task: Task, step: Step) => void {
	const { remember, warned } = statementsFor(sqlite);
	return (run, { work }, { event, before }) => {
		if (event.type !== "published" || before.status !== "publishing") return;
		const { fingerprint } = before.prepared;
		if (fingerprint === undefined || run.plan.replays !== undefined) return;
		if (work.kind !== "container" || (work.cache?.kind ?? "never") === "never")
			return;
		const attempt = attemptId(run.id, event.task, event.attempt);
		if (warned.get({ attempt })) return;
		remember.run({
			fingerprint,
			attempt,
			pipeline: run.plan.pipeline,
			task: event.task,
			value: JSON.stringify(event.value),
			at: event.at,
		});
	};
}

export function resultReader(sqlite: Database) {
	const { find } = statementsFor(sqlite);
	return {
		resultOf(fingerprint: Fingerprint): KnownResult | null {
			const row = find.get({ fingerprint });
			if (!row) return null;
			return {
				attempt: row.attempt as AttemptId,
				value: JSON.parse(row.value) as Value,
				at: row.at as Instant,
			};
		},
	};
}

const statementsFor = (sqlite: Database) => ({
	find: prepare(sqlite, ($: { fingerprint: string }) =>
		sqlFor
			.selectFrom("results")
			.select(["attempt", "value", "at"])
			.where("fingerprint", "=", $.fingerprint),
	),
	warned: prepare(sqlite, ($: { attempt: string }) =>
		sqlFor
			.selectFrom("attempts")
			.select("id")
			.where("id", "=", $.attempt)
			.where("warning", "is not", null),
	),
	remember: prepare(
		sqlite,
		($: {
			fingerprint: string;
			attempt: string;
			pipeline: string;
			task: string;
			value: string;
			at: number;
		}) =>
			sqlFor.replaceInto("results").values({
				fingerprint: $.fingerprint,
				attempt: $.attempt,
				pipeline: $.pipeline,
				task: $.task,
				value: $.value,
				at: $.at,
			}),
	),
});
