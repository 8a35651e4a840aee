import type { Database } from "better-sqlite3";
import { attemptId } from "../../model/names.ts";
import type { Ending } from "../../model/task-state.ts";
import type { AttemptId, RunId } from "../../model/words.ts";
import type { AttemptEnding } from "../port.ts";
import { sqlFor } from "./schema.ts";
import { prepare } from "./statement.ts";
import type { Step } from "./steps.ts";

/** Keeps the rows of attempts in step with the tasks. */
export function attemptWriter(
	sqlite: Database,
): (run: RunId, key: number, step: Step) => void {
	const { begin, describe, start, exit, end } = statementsFor(sqlite);
	return (run, key, step) => {
		const { event } = step;
		if (!("attempt" in event)) return closeAttempt(run, step);
		const { task, attempt, at } = event;
		const id = attemptId(run, task, attempt);
		if (event.type === "attempt-scheduled")
			begin.run({ id, run: key, task, number: attempt, at });
		else if (event.type === "prepared") {
			const { image } = event.prepared;
			describe.run({ id, image_key: image.key, image_id: image.id });
		} else if (event.type === "started") start.run({ id, at });
		else if (event.type === "exited")
			exit.run({ id, at, warning: event.warning });
		closeAttempt(run, step);
	};

	function closeAttempt(run: RunId, step: Step): void {
		const ended = endedBy(run, step);
		if (ended) end.run({ ...ended, at: step.event.at });
	}
}

/** The attempt that this step brought to its end, and how it ended. */
function endedBy(
	run: RunId,
	{ event, before, after }: Step,
): ({ id: AttemptId } & Ended) | null {
	if (!("tally" in before) || before.status === "resting") return null;
	const id = attemptId(run, event.task, before.attempt);
	switch (after.status) {
		case "resting":
		case "failed":
			return { id, ...endedAs(after.ending) };
		case "succeeded":
			return event.type === "found"
				? { id, ending: "found", code: null, message: null }
				: { id, ending: "exited", code: 0, message: null };
		case "skipped":
			return {
				id,
				ending: "exited",
				code: after.because.kind === "exit-code" ? after.because.code : null,
				message: null,
			};
		case "cancelled":
			return {
				id,
				ending: "cancelled",
				code: event.type === "exited" ? event.code : null,
				message: null,
			};
		case "waiting":
		case "preparing":
		case "starting":
		case "running":
		case "publishing":
		case "stopping":
		case "watching":
			return null;
	}
}

interface Ended {
	readonly ending: AttemptEnding["kind"];
	readonly code: number | null;
	readonly message: string | null;
}

const endedAs = (ending: Ending): Ended => ({
	ending: ending.kind,
	code: "code" in ending ? ending.code : null,
	message: ending.message,
});

const statementsFor = (sqlite: Database) => ({
	begin: prepare(
		sqlite,
		($: {
			id: string;
			run: number;
			task: string;
			number: number;
			at: number;
		}) =>
			sqlFor.insertInto("attempts").values({
				id: $.id,
				run: $.run,
				task: $.task,
				number: $.number,
				created_at: $.at,
			}),
	),
	describe: prepare(
		sqlite,
		($: { id: string; image_key: string; image_id: string }) =>
			sqlFor
				.updateTable("attempts")
				.set({ image_key: $.image_key, image_id: $.image_id })
				.where("id", "=", $.id),
	),
	start: prepare(sqlite, ($: { id: string; at: number }) =>
		sqlFor
			.updateTable("attempts")
			.set({ started_at: $.at })
			.where("id", "=", $.id),
	),
	/** It ended when its program did, though publishing what it wrote takes longer. */
	exit: prepare(
		sqlite,
		($: { id: string; at: number; warning: string | null }) =>
			sqlFor
				.updateTable("attempts")
				.set({ ended_at: $.at, warning: $.warning })
				.where("id", "=", $.id),
	),
	end: prepare(sqlite, ($: Ended & { id: string; at: number }) =>
		sqlFor
			.updateTable("attempts")
			.set(({ fn, ref, val }) => ({
				ending: $.ending,
				code: $.code,
				message: $.message,
				ended_at: fn.coalesce(ref("ended_at"), val($.at)),
			}))
			.where("id", "=", $.id),
	),
});
