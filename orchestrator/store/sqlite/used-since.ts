import type { Database } from "better-sqlite3";
import type { ObjectHash } from "../../model/words.ts";
import { lineageOf } from "./object-lineage.ts";

/** How far the database was written when somebody looked at it. */
export interface Moment {
	/** Runs that were not settled, each with the number of its last event. */
	readonly runs: readonly (readonly [run: number, event: number])[];
	readonly lastRun: number;
	readonly lastPublication: number;
}

/** Where the database stands, in the transaction that looks at it. */
export function momentOf(sqlite: Database): Moment {
	const numberBy = (sql: string): number =>
		sqlite.prepare<[], number>(sql).pluck().get() ?? 0;
	return {
		runs: sqlite.prepare<[], [number, number]>(UNSETTLED).raw().all(),
		lastRun: numberBy(LAST_RUN),
		lastPublication: numberBy(LAST_PUBLICATION),
	};
}

/**
 * Which objects anything has begun to use since a moment, and what those were made from. It answers by all that is committed when it is asked, and
 * reads only what is new since it was asked last:
 *
 *   published anew                a publication is added, never changed
 *   used by a run                 a run's state is folded from its plan and its journal, so one of them names it
 *   made something that is kept   its maker was told what it takes after the moment (then its run's journal names that), or before it, and had
 *                                 not ended (then its run used it at the moment)
 *
 * What a run names counts for good, also once the run is over.
 */
export function usedSince(
	sqlite: Database,
	moment: Moment,
): () => ReadonlySet<ObjectHash> {
	const read = new Map(moment.runs);
	let { lastRun, lastPublication } = moment;
	const used = new Set<ObjectHash>();

	function* newRuns(): Generator<string> {
		for (const run of list<number>(NEW_RUNS, lastRun)) {
			lastRun = run;
			read.set(run, 0);
			for (const text of list<string>(BEGINNING, run, run))
				yield* namedIn(text);
		}
	}

	function* newEvents(): Generator<string> {
		const statement = sqlite.prepare<[number, number], [number, string]>(
			EVENTS,
		);
		for (const [run, from] of read)
			for (const [number, text] of statement.raw().all(run, from)) {
				read.set(run, number);
				yield* namedIn(text);
			}
	}

	function* newPublications(): Generator<string> {
		const statement = sqlite.prepare<[number], [number, string]>(PUBLISHED);
		for (const [id, object] of statement.raw().all(lastPublication)) {
			lastPublication = id;
			yield object;
		}
	}

	const list = <T>(sql: string, ...values: number[]): T[] =>
		sqlite
			.prepare<number[], T>(sql)
			.pluck()
			.all(...values);

	return () => {
		const named = new Set([...newRuns(), ...newEvents(), ...newPublications()]);
		if (named.size > 0)
			for (const object of lineageOf(sqlite, [...named])) used.add(object);
		return used;
	};
}

/** Whatever may be an object's hash, by itself or in the path of a file: one too many only stays until the next collection. */
function* namedIn(json: string): Generator<string> {
	for (const [, hash] of json.matchAll(/["/]([0-9a-f]{64})["/]/g))
		if (hash !== undefined) yield hash;
}

const UNSETTLED = `
SELECT key, coalesce((SELECT max(number) FROM events WHERE run = runs.key), 0)
FROM runs WHERE settled = 0`;
const LAST_RUN = "SELECT max(key) FROM runs";
const LAST_PUBLICATION = "SELECT max(id) FROM publications";
const NEW_RUNS = "SELECT key FROM runs WHERE key > ? ORDER BY key";
const BEGINNING = `
SELECT plan FROM plans WHERE run = ?
UNION ALL SELECT state FROM tasks WHERE run = ?`;
const EVENTS =
	"SELECT number, event FROM events WHERE run = ? AND number > ? ORDER BY number";
const PUBLISHED =
	"SELECT id, object FROM publications WHERE id > ? ORDER BY id";
