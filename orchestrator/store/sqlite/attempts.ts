import type { Database } from "better-sqlite3";
import { attemptId } from "../../model/names.ts";
import type { Task, Work } from "../../model/plan.ts";
import { recipeOf } from "../../model/recipe.ts";
import type { Ending, Prepared, TaskState } from "../../model/task-state.ts";
import type { AttemptId, RunId } from "../../model/words.ts";
import type { AttemptEnding } from "../port.ts";
import { sqlFor } from "./schema.ts";
import { prepare } from "./statement.ts";
import type { Step } from "./steps.ts";

/** Keeps the rows of attempts in step with the tasks. */
export function attemptWriter(
	sqlite: Database,
): (run: RunId, of: Of, step: Step) => void {
	const { begin, describe, start, exit, end } = statementsFor(sqlite);
	return (run, { key, task: { work } }, step) => {
		const { event } = step;
		if (!("attempt" in event)) return closeAttempt(run, step);
		const { task, attempt, at } = event;
		const id = attemptId(run, task, attempt);
		if (event.type === "attempt-scheduled")
			begin.run({ id, run: key, task, number: attempt, at });
		else if (event.type === "prepared")
			describe.run({ id, ...factsOf(work, event.prepared), since: null });
		else if (event.type === "unchanged") {
			const { prepared, since } = event;
			describe.run({ id, ...factsOf(work, prepared), since });
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
			return { id, ...succeededAs(event, before), message: null };
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
		case "promoting":
			return null;
	}
}

/** What it was made from. */
function factsOf(work: Work, prepared: Prepared): Facts {
	const { image, fingerprint = null } = prepared;
	const recipe = work.kind === "container" ? recipeOf(work, prepared) : null;
	return {
		image_key: image.key,
		image_id: image.id,
		fingerprint,
		recipe: recipe && JSON.stringify(recipe),
	};
}

interface Facts {
	readonly image_key: string;
	readonly image_id: string;
	readonly fingerprint: string | null;
	readonly recipe: string | null;
}

interface Of {
	/** Of the run's row. */
	readonly key: number;
	readonly task: Task;
}

function succeededAs(
	event: Step["event"],
	before: TaskState,
): Pick<Ended, "ending" | "code"> {
	if (event.type === "found") return { ending: "found", code: null };
	if (event.type === "unchanged") return { ending: "unchanged", code: null };
	return before.status === "promoting"
		? { ending: "promoted", code: null }
		: { ending: "exited", code: 0 };
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
	describe: prepare(sqlite, ($: Facts & { id: string; since: string | null }) =>
		sqlFor
			.updateTable("attempts")
			.set({
				image_key: $.image_key,
				image_id: $.image_id,
				fingerprint: $.fingerprint,
				recipe: $.recipe,
				unchanged_since: $.since,
			})
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
