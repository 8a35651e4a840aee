import { metricsOf } from "../model/metrics.ts";
import { iso, type Named } from "../model/words.ts";
import type { HistoryEntry } from "../store/history-port.ts";
import type { Publication, Trigger } from "../store/port.ts";
import { type PublicationView, publicationView } from "./views.ts";

/** One entry of a path's history. */
export interface HistoryView extends PublicationView {
	/** By which `berth rollback --to "#12"` names it. */
	readonly id: number;
	readonly how: Publication["how"];
	readonly run: string;
	/** What started that run, and who, where that is known. */
	readonly trigger: Trigger["kind"];
	readonly by: string | null;
	/** The attempt that computed the object. */
	readonly maker: string;
	/** Where it was promoted from, or else where its maker published it. */
	readonly origin: string | null;
	/** The numbers of the maker's result. */
	readonly metrics: Named<number>;
	readonly confirmedAt: string;
	/** When "berth gc" removed the object. */
	readonly removedAt: string | null;
	/** Is this what the path holds now? */
	readonly isLive: boolean;
}

export const historyView = (
	entry: HistoryEntry,
	index: number,
): HistoryView => ({
	...publicationView(entry),
	id: entry.id,
	how: entry.how,
	run: entry.run,
	trigger: entry.trigger.kind,
	by: ("by" in entry.trigger && entry.trigger.by) || null,
	maker: entry.maker,
	origin: entry.origin,
	metrics: metricsOf(entry.result),
	confirmedAt: iso(entry.confirmedAt),
	removedAt: entry.removedAt === null ? null : iso(entry.removedAt),
	isLive: index === 0,
});
