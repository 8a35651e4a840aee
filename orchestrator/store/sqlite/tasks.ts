import type { Database } from "better-sqlite3";
import type { Event } from "../../model/events.ts";
import type { Run } from "../../model/run.ts";
import type { TaskState } from "../../model/task-state.ts";
import type { TaskName } from "../../model/words.ts";
import { attemptWriter } from "./attempts.ts";
import { publicationWriter } from "./publish.ts";
import { stateOfRow } from "./records.ts";
import { resultWriter } from "./results.ts";
import { sqlFor } from "./schema.ts";
import { prepare } from "./statement.ts";
import { concernsAttempt, stepsOf } from "./steps.ts";

/** What an event says about one task. */
export type TaskEvent = Extract<Event, { task: TaskName }>;

/** Writes the state that a task came to, and what its attempts did on the way. */
export function taskWriter(sqlite: Database) {
	const statements = statementsFor(sqlite);
	const writeAttempt = attemptWriter(sqlite);
	const publish = publicationWriter(sqlite);
	const remember = resultWriter(sqlite);
	return (
		run: Run,
		key: number,
		name: TaskName,
		events: readonly TaskEvent[],
	): void => {
		const task = run.graph.tasks.get(name);
		if (!task) return;
		if (events.some(concernsAttempt))
			for (const step of stepsOf(task, stateBefore(key, name), events)) {
				writeAttempt(run.id, { key, task }, step);
				publish(run, task, step);
				remember(run, task, step);
			}
		const owed = run.owed.get(name);
		statements.setTask.run({
			run: key,
			name,
			state: JSON.stringify(run.tasks.get(name)),
			owed: owed ? JSON.stringify(owed) : null,
		});
	};

	function stateBefore(run: number, name: TaskName): TaskState {
		const stored = statements.state.get({ run, name });
		if (stored) return stateOfRow(stored.state);
		throw new Error(`The task "${name}" was not stored with its run.`);
	}
}

const statementsFor = (sqlite: Database) => ({
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
