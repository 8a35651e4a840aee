import type { Database } from "better-sqlite3";
import type { Event } from "../../model/events.ts";
import type { Run } from "../../model/run.ts";
import { isRunOver, isSettled, statusOf } from "../../model/status.ts";
import type { TaskName } from "../../model/words.ts";
import type { Change } from "../port.ts";
import { journalWriter } from "./journal.ts";
import { type Schema, sqlFor } from "./schema.ts";
import { prepare } from "./statement.ts";
import { type TaskEvent, taskWriter } from "./tasks.ts";

/** Writes events and what they led to. Touches only the tasks that the events name, so a turn costs what happened in it. */
export function changeWriter(sqlite: Database): (change: Change) => void {
	const statements = statementsFor(sqlite);
	const writeTask = taskWriter(sqlite);
	const remember = journalWriter(sqlite);
	return ({ run, events }) => {
		const row = statements.run.get({ id: run.id });
		if (!row) throw new Error(`The run "${run.id}" was never stored.`);
		remember(row.key, events);
		for (const [name, about] of byTask(events))
			writeTask(run, row.key, name, about);
		const { key, ...before } = row;
		const after = headOf(run, events, before.ended_at);
		if (!isSame(before, after)) statements.setRun.run({ key, ...after });
	};
}

/** The part of a run's row that events change. */
type RunHead = Pick<
	Schema["runs"],
	"status" | "started_at" | "cancelled_at" | "ended_at" | "settled"
>;

/** How the row of a run stands once these events have been folded into it. */
export const headOf = (
	run: Run,
	events: readonly Event[],
	endedAt: number | null,
): RunHead => ({
	status: statusOf(run),
	started_at: run.begun,
	cancelled_at: run.cancelled,
	ended_at: isRunOver(run) ? (endedAt ?? lastOf(events)) : null,
	settled: Number(isSettled(run)),
});

const lastOf = (events: readonly Event[]): number | null =>
	events.reduce<number | null>(
		(last, { at }) => Math.max(last ?? at, at),
		null,
	);

const isSame = (before: RunHead, after: RunHead): boolean =>
	before.status === after.status &&
	before.started_at === after.started_at &&
	before.cancelled_at === after.cancelled_at &&
	before.ended_at === after.ended_at &&
	before.settled === after.settled;

function byTask(events: readonly Event[]): Map<TaskName, TaskEvent[]> {
	const tasks = new Map<TaskName, TaskEvent[]>();
	for (const event of events) {
		if (!("task" in event)) continue;
		const about = tasks.get(event.task);
		if (about) about.push(event);
		else tasks.set(event.task, [event]);
	}
	return tasks;
}

const statementsFor = (sqlite: Database) => ({
	run: prepare(sqlite, ($: { id: string }) =>
		sqlFor
			.selectFrom("runs")
			.select([
				"key",
				"status",
				"started_at",
				"cancelled_at",
				"ended_at",
				"settled",
			])
			.where("id", "=", $.id),
	),
	setRun: prepare(sqlite, ($: RunHead & { key: number }) =>
		sqlFor
			.updateTable("runs")
			.set({
				status: $.status,
				started_at: $.started_at,
				cancelled_at: $.cancelled_at,
				ended_at: $.ended_at,
				settled: $.settled,
			})
			.where("key", "=", $.key),
	),
});
