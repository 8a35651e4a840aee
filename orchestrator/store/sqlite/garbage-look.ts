import type { Database } from "better-sqlite3";
import {
	type KeptBecause,
	keptBecause,
	type ObjectFacts,
	objectsOf,
} from "../../model/garbage.ts";
import type { DataPath, Instant, ObjectHash } from "../../model/words.ts";
import type { Going, Look, Looking } from "../garbage-port.ts";
import { lineageOf } from "./object-lineage.ts";
import { runReader } from "./runs.ts";
import { type Moment, momentOf } from "./used-since.ts";

/** Which objects nobody needs, and at which moment that was so: one pass over the tables, whatever their number. */
export function lookForGarbage(
	sqlite: Database,
	{ policy, now, spared, atOnce }: Looking,
): Seen {
	const moment = momentOf(sqlite);
	const active = runReader(sqlite).active();
	const inUse = new Set([...active.flatMap(objectsOf), ...spared]);
	const facts = sqlite.prepare<[], Row>(FACTS).all().map(factsOf);
	const reasons = facts.map((one) => keptBecause(one, policy, { inUse, now }));
	const kept = facts.filter((_, index) => reasons[index] !== null);
	const needed = lineageOf(sqlite, [
		...kept.map(({ object }) => object),
		...inUse,
	]);
	const goes = facts.filter(({ object }) => !needed.has(object));
	const stays = facts.filter(({ object }) => needed.has(object));
	const isThere = new Set(facts.map(({ object }) => object));
	return {
		moment,
		going: goes.length,
		parts: partsOf(goes.map(goingOf), atOnce),
		needed: needed.difference(isThere),
		kept: countOf(reasons, stays.length - kept.length),
		keptBytes: stays.reduce((sum, { bytes }) => sum + bytes, 0),
	};
}

/** As it goes from one thread to another. */
export interface Seen
	extends Pick<Look, "kept" | "keptBytes" | "needed" | "going"> {
	readonly moment: Moment;
	/** What goes, so many at a time, as JSON: whoever takes them all in at once does nothing else for long. */
	readonly parts: readonly Uint8Array<ArrayBuffer>[];
}

function partsOf(
	goes: readonly Going[],
	atOnce: number,
): Uint8Array<ArrayBuffer>[] {
	const encoder = new TextEncoder();
	const parts: Uint8Array<ArrayBuffer>[] = [];
	for (let from = 0; from < goes.length; from += atOnce)
		parts.push(encoder.encode(JSON.stringify(goes.slice(from, from + atOnce))));
	return parts;
}

const goingOf = ({
	object,
	bytes,
	files,
	paths,
	lastAt,
}: ObjectFacts): Going => ({ object, bytes, files, paths, lastAt });

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
