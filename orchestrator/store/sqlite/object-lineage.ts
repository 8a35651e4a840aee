import type { Database } from "better-sqlite3";
import type { ObjectHash } from "../../model/words.ts";

/** These objects, and what their makers took, also as files that lie in them, and what the makers of that took … */
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
	SELECT coalesce(
		input.value ->> '$.source.object',
		substr(file.value ->> '$.path', 1 + length('.berth/objects/'), 64)
	)
	FROM kept
	JOIN publications ON publications.object = kept.hash
	JOIN attempts ON attempts.id = publications.maker
	JOIN json_each(attempts.recipe, '$.in') AS input
	LEFT JOIN json_each(CASE input.value ->> '$.source.kind'
		WHEN 'files' THEN input.value -> '$.source.files'
		WHEN 'file' THEN json_array(input.value -> '$.source.file')
	END) AS file
	WHERE input.value ->> '$.source.kind' = 'object'
	OR file.value ->> '$.path' GLOB '.berth/objects/*/*'
)
SELECT hash FROM kept`;
