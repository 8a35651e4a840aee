import type { Database } from "better-sqlite3";
import type { ObjectHash } from "../../model/words.ts";

/** These objects, and what their makers took, and what the makers of that took … */
export function lineageOf(
	sqlite: Database,
	objects: readonly string[],
): Set<ObjectHash> {
	const hashes = sqlite
		.prepare<[string], ObjectHash>(LINEAGE)
		.pluck()
		.all(JSON.stringify(objects));
	return new Set(hashes);
}

const LINEAGE = `
WITH RECURSIVE kept (hash) AS (
	SELECT value FROM json_each(?)
	UNION
	SELECT input.value ->> '$.source.object'
	FROM kept
	JOIN publications ON publications.object = kept.hash
	JOIN attempts ON attempts.id = publications.maker
	JOIN json_each(attempts.recipe, '$.in') AS input
	WHERE input.value ->> '$.source.kind' = 'object'
)
SELECT hash FROM kept`;
