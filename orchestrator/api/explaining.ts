import type { Difference } from "../model/differences.ts";
import type { RunId, TaskName } from "../model/words.ts";

/** What can be asked about why things are as they are. */
export interface Explaining {
	/** Was anything computed for this task, and if so, what is not as it was before? */
	why(run: RunId, task: TaskName): Promise<WhyView>;
}

export interface WhyView {
	readonly run: string;
	readonly task: string;
	/** The latest one; null when it was never tried. */
	readonly attempt: string | null;
	readonly fingerprint: string | null;
	/** `hit`: what an earlier attempt gave stands in; `miss`: it was computed; `none`: there was nothing to look up. */
	readonly verdict: "hit" | "miss" | "none";
	/** In a sentence. */
	readonly because: string;
	/** Of a hit: the attempt that computed it. */
	readonly since: { readonly attempt: string; readonly at: string } | null;
	/** Of a miss: the most similar earlier attempt. */
	readonly compared: ComparedView | null;
	/** What is not as it was in that one. */
	readonly differences: readonly Difference[];
}

export interface ComparedView {
	readonly attempt: string;
	readonly run: string;
	readonly at: string;
	readonly ending: string | null;
}
