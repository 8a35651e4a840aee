import type { Database } from "better-sqlite3";
import type { Instant, ObjectHash } from "../../model/words.ts";

/** Remembers which objects are gone. Each costs what it is asked about, whatever else the tables hold. */
export function garbageKeeper(sqlite: Database) {
	return {
		fateOf(object: ObjectHash): "there" | "removed" | "unknown" {
			const row = sqlite
				.prepare<[string], { removed_at: number | null }>(FATE)
				.get(object);
			if (!row) return "unknown";
			return row.removed_at === null ? "there" : "removed";
		},

		/** And the results that have one of them. */
		condemn(objects: readonly ObjectHash[], now: Instant): void {
			const hashes = JSON.stringify(objects);
			sqlite.prepare<[number, string]>(CONDEMN).run(now, hashes);
			sqlite.prepare<[string]>(FORGET_RESULTS).run(hashes);
		},

		pardon(object: ObjectHash): void {
			sqlite.prepare<[string]>(PARDON).run(object);
		},

		forgetObject(object: ObjectHash): void {
			const folder = `.berth/objects/${object}`;
			sqlite
				.prepare<[string, string]>(FORGET_FILES)
				.run(`${folder}/`, `${folder}0`);
		},
	};
}

const FATE = "SELECT removed_at FROM objects WHERE hash = ?";
const PARDON = "UPDATE objects SET removed_at = NULL WHERE hash = ?";
const FORGET_FILES = "DELETE FROM file_hashes WHERE path >= ? AND path < ?";

const CONDEMN = `
UPDATE objects SET removed_at = ?
WHERE hash IN (SELECT value FROM json_each(?)) AND removed_at IS NULL`;

/** Whose result has an object has published it, in the same transaction: so only the fingerprints of its publishers are looked up. */
const FORGET_RESULTS = `
WITH gone AS MATERIALIZED (SELECT value AS hash FROM json_each(?))
DELETE FROM results
WHERE fingerprint IN (
	SELECT attempts.fingerprint FROM gone
	JOIN publications ON publications.object = gone.hash
	JOIN attempts ON attempts.id = publications.attempt
) AND EXISTS (
	SELECT 1 FROM json_each(results.value, '$.outputs') AS output
	WHERE output.value ->> '$.object' IN (SELECT hash FROM gone)
)`;
