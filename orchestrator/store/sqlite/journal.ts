import type { Database } from "better-sqlite3";
import type { Event } from "../../model/events.ts";
import { sqlFor } from "./schema.ts";
import { prepare } from "./statement.ts";

/** Adds events to the end of a run's journal. */
export function journalWriter(
	sqlite: Database,
): (run: number, events: readonly Event[]) => void {
	const { last, add } = statementsFor(sqlite);
	return (run, events) => {
		let number = last.get({ run })?.number ?? 0;
		for (const event of events) {
			number += 1;
			add.run({ run, number, event: JSON.stringify(event) });
		}
	};
}

const statementsFor = (sqlite: Database) => ({
	last: prepare(sqlite, ($: { run: number }) =>
		sqlFor
			.selectFrom("events")
			.select("number")
			.where("run", "=", $.run)
			.orderBy("number", "desc")
			.limit(1),
	),
	add: prepare(sqlite, ($: { run: number; number: number; event: string }) =>
		sqlFor
			.insertInto("events")
			.values({ run: $.run, number: $.number, event: $.event }),
	),
});
