import type { Database } from "better-sqlite3";
import { sql } from "kysely";
import { attemptId } from "../../model/names.ts";
import type { RunId } from "../../model/words.ts";
import { sqlFor } from "./schema.ts";
import { prepare } from "./statement.ts";
import type { Step } from "./steps.ts";

/** Publishes the outputs of an attempt that has just published, in the transaction that says so. */
export function publicationWriter(
	sqlite: Database,
): (run: RunId, step: Step) => void {
	const { keep, retire, publish } = statementsFor(sqlite);
	return (run, { event }) => {
		if (event.type !== "published") return;
		const { at } = event;
		const attempt = attemptId(run, event.task, event.attempt);
		for (const output of Object.values(event.value.outputs)) {
			const { path, object, bytes, files } = output;
			keep.run({ hash: object, bytes, files, at });
			retire.run({ path });
			publish.run({ path, object, attempt, at });
		}
	};
}

const statementsFor = (sqlite: Database) => ({
	/** The same contents may have been stored before. */
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
				.onConflict((conflict) => conflict.doNothing()),
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
		($: { path: string; object: string; attempt: string; at: number }) =>
			sqlFor.insertInto("publications").values({
				path: $.path,
				object: $.object,
				attempt: $.attempt,
				at: $.at,
				newest: 1,
				projected: 0,
			}),
	),
});
