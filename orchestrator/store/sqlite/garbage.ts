import type { Database } from "better-sqlite3";
import {
	type KeptBecause,
	keptBecause,
	type ObjectFacts,
	objectsOf,
} from "../../model/garbage.ts";
import type { Run } from "../../model/run.ts";
import type { DataPath, Instant, ObjectHash } from "../../model/words.ts";
import type { Condemning, Verdict } from "../garbage-port.ts";

/** Finds objects that nobody needs, and remembers that they are gone. Each is one pass over the tables, whatever their number. */
export function garbageKeeper(sqlite: Database, active: () => readonly Run[]) {
	let known: { readonly at: number; readonly inUse: Set<ObjectHash> } | null =
		null;

	/** Worked out again only after something was written. */
	function inUse(): Set<ObjectHash> {
		const at = sqlite
			.prepare<[], number>("SELECT total_changes()")
			.pluck()
			.get() as number;
		if (known?.at !== at)
			known = { at, inUse: new Set(active().flatMap(objectsOf)) };
		return known.inUse;
	}

	function lineageOf(kept: readonly ObjectHash[]): Set<ObjectHash> {
		const hashes = sqlite
			.prepare<[string], ObjectHash>(LINEAGE)
			.pluck()
			.all(JSON.stringify(kept));
		return new Set(hashes);
	}

	function fateOf(object: ObjectHash): "there" | "removed" | "unknown" {
		const row = sqlite
			.prepare<[string], { removed_at: number | null }>(FATE)
			.get(object);
		if (!row) return "unknown";
		return row.removed_at === null ? "there" : "removed";
	}

	function mark(goes: readonly ObjectFacts[], now: Instant): void {
		const hashes = JSON.stringify(goes.map(({ object }) => object));
		sqlite.prepare<[number, string]>(MARK).run(now, hashes);
		sqlite.prepare<[string]>(FORGET_RESULTS).run(hashes);
	}

	return {
		condemn({ policy, now, spared, isDry }: Condemning): Verdict {
			const used = new Set([...inUse(), ...spared]);
			const facts = sqlite.prepare<[], Row>(FACTS).all().map(factsOf);
			const reasons = facts.map((one) =>
				keptBecause(one, policy, { inUse: used, now }),
			);
			const kept = facts.filter((_, index) => reasons[index] !== null);
			const needed = lineageOf([...kept.map(({ object }) => object), ...used]);
			const goes = facts.filter(({ object }) => !needed.has(object));
			if (!isDry && goes.length > 0) mark(goes, now);
			const stays = facts.filter(({ object }) => needed.has(object));
			return {
				goes,
				needed,
				kept: countOf(reasons, stays.length - kept.length),
				keptBytes: stays.reduce((sum, { bytes }) => sum + bytes, 0),
			};
		},

		fateOf,

		isNeeded(object: ObjectHash): boolean {
			return fateOf(object) === "there" || inUse().has(object);
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

interface Row {
	readonly object: string;
	readonly bytes: number;
	readonly files: number;
	readonly paths: string;
	readonly live: number;
	readonly promoted: number;
	readonly place: number | null;
	readonly last: number;
}

const factsOf = (row: Row): ObjectFacts => ({
	object: row.object as ObjectHash,
	bytes: row.bytes,
	files: row.files,
	paths: (JSON.parse(row.paths) as (DataPath | null)[]).filter(
		(path) => path !== null,
	),
	isLive: row.live === 1,
	wasPromoted: row.promoted === 1,
	place: row.place ?? Number.POSITIVE_INFINITY,
	lastAt: row.last as Instant,
});

function countOf(
	reasons: readonly (KeptBecause | null)[],
	lineage: number,
): Record<KeptBecause, number> {
	const count = {
		live: 0,
		"in-use": 0,
		promoted: 0,
		recent: 0,
		young: 0,
		lineage,
	};
	for (const reason of reasons) if (reason) count[reason]++;
	return count;
}

const FACTS = `
WITH latest AS (
	SELECT path, object, max(id) AS id FROM publications GROUP BY path, object
), placed AS (
	SELECT object, row_number() OVER (PARTITION BY path ORDER BY id DESC) AS place
	FROM latest
), nearest AS (
	SELECT object, min(place) AS place FROM placed GROUP BY object
)
SELECT
	objects.hash AS object, objects.bytes, objects.files,
	json_group_array(DISTINCT p.path) AS paths,
	max(coalesce(p.newest, 0)) AS live,
	max(coalesce(p.how IN ('promoted', 'rolled-back'), 0)) AS promoted,
	nearest.place,
	max(objects.created_at, coalesce(max(p.confirmed_at), 0)) AS last
FROM objects
LEFT JOIN publications AS p ON p.object = objects.hash
LEFT JOIN nearest ON nearest.object = objects.hash
WHERE objects.removed_at IS NULL
GROUP BY objects.hash`;

/** These, and what their makers took, and what the makers of that took … */
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

const MARK = `
UPDATE objects SET removed_at = ?
WHERE hash IN (SELECT value FROM json_each(?)) AND removed_at IS NULL`;

const FORGET_RESULTS = `
WITH gone AS MATERIALIZED (SELECT value AS hash FROM json_each(?))
DELETE FROM results WHERE EXISTS (
	SELECT 1 FROM json_each(results.value, '$.outputs') AS output
	WHERE output.value ->> '$.object' IN (SELECT hash FROM gone)
)`;

const FATE = "SELECT removed_at FROM objects WHERE hash = ?";
const PARDON = "UPDATE objects SET removed_at = NULL WHERE hash = ?";
const FORGET_FILES = "DELETE FROM file_hashes WHERE path >= ? AND path < ?";
