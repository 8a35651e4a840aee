import type { Collected } from "../engine/collection.ts";
import type { GarbageCollector } from "../engine/garbage-collector.ts";
import type { KeptBecause } from "../model/garbage.ts";
import { iso } from "../model/words.ts";
import type { Going } from "../store/garbage-port.ts";
import { Refused } from "./berth.ts";

/** Remove what nobody needs. */
export interface Collecting {
	/** What goes, how far it is, and in the end the sum. */
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
	/** What goes, or would: some at a time, before anything is removed. */
	| { readonly kind: "going"; readonly objects: readonly GoingView[] }
	| { readonly kind: "progress"; readonly removed: number; readonly of: number }
	| GcSum;

export interface GoingView {
	readonly object: string;
	readonly bytes: number;
	readonly files: number;
	/** Where it was published. */
	readonly paths: readonly string[];
	readonly lastAt: string;
}

/** The last that is told. */
export interface GcSum {
	readonly kind: "report";
	readonly dryRun: boolean;
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
		yield toldOf(collected, dryRun);
}

export interface CollectingParts {
	readonly collector: GarbageCollector;
	/** What is wrong with the database now, in a sentence. */
	readonly trouble: () => string | null;
	readonly keepObjects: number;
}

function toldOf(collected: Collected, dryRun: boolean): GcTold {
	switch (collected.kind) {
		case "going":
			return { kind: "going", objects: collected.objects.map(viewOf) };
		case "progress": {
			const { removed, goes } = collected;
			return { kind: "progress", removed, of: goes };
		}
		case "whole": {
			const { strays, stayed, kept, keptBytes } = collected;
			return {
				kind: "report",
				dryRun,
				strays,
				stayed,
				kept: { ...kept, bytes: keptBytes },
			};
		}
	}
}

const viewOf = ({ lastAt, ...going }: Going): GoingView => ({
	...going,
	lastAt: iso(lastAt),
});

const DAY_MS = 86_400_000;
