import type { Database } from "better-sqlite3";
import type { Event } from "../../model/events.ts";
import type { Run } from "../../model/run.ts";
import { isRunOver, isSettled, statusOf } from "../../model/status.ts";
import type { TaskName } from "../../model/words.ts";
import type { Change } from "../port.ts";
import { attemptWriter } from "./attempts.ts";
import { publicationWriter } from "./publish.ts";
import { stateOfRow } from "./records.ts";
import { type Schema, sqlFor } from "./schema.ts";
import { prepare } from "./statement.ts";
import { stepsOf } from "./steps.ts";

/** Writes events and what they led to. Touches only the tasks that the events name, so a turn costs what happened in it. */
export function changeWriter(sqlite: Database): (change: Change) => void {
	const statements = statementsFor(sqlite);
	const writeTask = taskWriter(sqlite);
	return ({ run, events }) => {
		const row = statements.run.get({ id: run.id });
		if (!row) throw new Error(`The run "${run.id}" was never stored.`);
		for (const event of events)
			statements.remember.run({ run: row.key, event: JSON.stringify(event) });
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

type TaskEvent = Extract<Event, { task: TaskName }>;

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

function taskWriter(sqlite: Database) {
	const statements = statementsFor(sqlite);
	const writeAttempt = attemptWriter(sqlite);
	const publish = publicationWriter(sqlite);
	return (
		run: Run,
		key: number,
		name: TaskName,
		events: readonly TaskEvent[],
	): void => {
		const task = run.graph.tasks.get(name);
		const stored = statements.state.get({ run: key, name });
		if (!task || !stored) return;
		for (const step of stepsOf(task, stateOfRow(stored.state), events)) {
			writeAttempt(run.id, key, step);
			publish(run.id, step);
		}
		const owed = run.owed.get(name);
		statements.setTask.run({
			run: key,
			name,
			state: JSON.stringify(run.tasks.get(name)),
			owed: owed ? JSON.stringify(owed) : null,
		});
	};
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
	remember: prepare(sqlite, ($: { run: number; event: string }) =>
		sqlFor.insertInto("events").values({ run: $.run, event: $.event }),
	),
	state: prepare(sqlite, ($: { run: number; name: string }) =>
		sqlFor
			.selectFrom("tasks")
			.select("state")
			.where("run", "=", $.run)
			.where("name", "=", $.name),
	),
	setTask: prepare(
		sqlite,
		($: { run: number; name: string; state: string; owed: string | null }) =>
			sqlFor
				.updateTable("tasks")
				.set({ state: $.state, owed: $.owed })
				.where("run", "=", $.run)
				.where("name", "=", $.name),
	),
});
