import type {
	Collected,
	GarbageCollector,
} from "../engine/garbage-collector.ts";
import type { KeptBecause } from "../model/garbage.ts";
import { iso } from "../model/words.ts";
import { Refused } from "./berth.ts";

/** Remove what nobody needs. */
export interface Collecting {
	/** How far it is, now and then, and in the end the report. */
	gc(request: GcRequest, signal: AbortSignal): AsyncIterable<GcTold>;
}

export interface GcRequest {
	/** The newest so many objects of each path stay; as configured when absent. */
	readonly keep?: number;
	/** So does what is younger. Default: 1. */
	readonly keepDays?: number;
	/** Only tell what would go. */
	readonly dryRun: boolean;
}

export type GcTold =
	| { readonly kind: "progress"; readonly removed: number; readonly of: number }
	| GcReport;

export interface GcReport {
	readonly kind: "report";
	readonly dryRun: boolean;
	/** What went, or would go. */
	readonly objects: readonly {
		readonly object: string;
		readonly bytes: number;
		readonly files: number;
		/** Where it was published. */
		readonly paths: readonly string[];
		readonly lastAt: string;
	}[];
	readonly bytes: number;
	/** Objects that nothing remembered, such as those of a crash: how many went, or would go. */
	readonly strays: number;
	/** Somebody began to use them meanwhile, and has them. */
	readonly stayed: number;
	readonly kept: Readonly<Record<KeptBecause, number>> & {
		readonly bytes: number;
	};
}

/** Asks the collector, unless the database is in trouble: then nobody knows what is needed. */
export async function* collectGarbage(
	{ collector, trouble, keepObjects }: CollectingParts,
	{ keep = keepObjects, keepDays = 1, dryRun }: GcRequest,
	signal: AbortSignal,
): AsyncIterable<GcTold> {
	const inTheWay = trouble();
	if (inTheWay !== null)
		throw new Refused(
			"unavailable",
			`Nothing is removed while it cannot be known what is needed. ${inTheWay}`,
		);
	const policy = { newest: keep, youngerThanMs: keepDays * DAY_MS };
	const wish = { policy, isDry: dryRun };
	for await (const collected of collector.collect(wish, signal))
		yield collected.isWhole
			? reportOf(collected, dryRun)
			: progressOf(collected);
}

export interface CollectingParts {
	readonly collector: GarbageCollector;
	/** What is wrong with the database now, in a sentence. */
	readonly trouble: () => string | null;
	readonly keepObjects: number;
}

const progressOf = ({ removed, verdict }: Collected): GcTold => ({
	kind: "progress",
	removed,
	of: verdict.goes.length,
});

const reportOf = (
	{ verdict, strays, stayed }: Collected,
	dryRun: boolean,
): GcReport => ({
	kind: "report",
	dryRun,
	objects: verdict.goes.map(({ object, bytes, files, paths, lastAt }) => ({
		object,
		bytes,
		files,
		paths,
		lastAt: iso(lastAt),
	})),
	bytes: verdict.goes.reduce((sum, { bytes }) => sum + bytes, 0),
	strays,
	stayed,
	kept: { ...verdict.kept, bytes: verdict.keptBytes },
});

const DAY_MS = 86_400_000;
