import type { Database } from "better-sqlite3";
import { attemptId } from "../../model/names.ts";
import type { Task } from "../../model/plan.ts";
import type { Run } from "../../model/run.ts";
import type { DataPath, Instant, ObjectHash } from "../../model/words.ts";
import type { Publication } from "../port.ts";
import { sql } from "./kysely.ts";
import { sqlFor } from "./schema.ts";
import { prepare } from "./statement.ts";
import type { Step } from "./steps.ts";

/** Publishes the outputs of an attempt that has just published, or found them unchanged, in the transaction that says so. */
export function publicationWriter(
	sqlite: Database,
): (run: Run, task: Task, step: Step) => void {
	const { keep, confirm, retire, publish } = statementsFor(sqlite);
	return (run, task, { event }) => {
		if (event.type !== "published" && event.type !== "unchanged") return;
		if (run.plan.replays !== undefined) return;
		const { at } = event;
		const attempt = attemptId(run.id, event.task, event.attempt);
		const how = event.type === "unchanged" ? "unchanged" : howOf(task);
		for (const output of Object.values(event.value.outputs)) {
			const { path, object, bytes, files, maker = attempt } = output;
			keep.run({ hash: object, bytes, files, at });
			// What is there already is no news. People may have removed it from its path: it is brought there again.
			if (how !== "made" && confirm.run({ path, object, at }) > 0) continue;
			retire.run({ path });
			publish.run({ path, object, attempt, at, how, maker });
		}
	};
}

/** False when the path holds another object, or none. */
export function publicationConfirmer(
	sqlite: Database,
): (path: DataPath, object: ObjectHash, at: Instant) => boolean {
	const { confirm } = statementsFor(sqlite);
	return (path, object, at) => confirm.run({ path, object, at }) > 0;
}

function howOf({ work }: Task): Publication["how"] {
	if (work.kind !== "promote") return "made";
	return work.rollback ? "rolled-back" : "promoted";
}

const statementsFor = (sqlite: Database) => ({
	/** The same contents may have been stored before, and may have been removed since. */
	keep: prepare(
		sqlite,
		($: { hash: string; bytes: number; files: number; at: number }) =>
			sqlFor
				.insertInto("objects")
				.values({
					hash: $.hash,
					bytes: $.bytes,
					files: $.files,
					created_at: $.at,
				})
				.onConflict((conflict) =>
					conflict.column("hash").doUpdateSet({ removed_at: null }),
				),
	),
	confirm: prepare(sqlite, ($: { path: string; object: string; at: number }) =>
		sqlFor
			.updateTable("publications")
			.set({ confirmed_at: $.at, projected: 0 })
			.where("path", "=", $.path)
			.where("newest", "=", sql.lit(1))
			.where("object", "=", $.object),
	),
	retire: prepare(sqlite, ($: { path: string }) =>
		sqlFor
			.updateTable("publications")
			.set({ newest: 0 })
			.where("path", "=", $.path)
			.where("newest", "=", sql.lit(1)),
	),
	publish: prepare(
		sqlite,
		($: {
			path: string;
			object: string;
			attempt: string;
			at: number;
			how: string;
			maker: string;
		}) =>
			sqlFor.insertInto("publications").values({
				path: $.path,
				object: $.object,
				attempt: $.attempt,
				at: $.at,
				newest: 1,
				projected: 0,
				how: $.how,
				maker: $.maker,
				confirmed_at: $.at,
			}),
	),
});
