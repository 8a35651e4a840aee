import type { Observation } from "../model/events.ts";
import type { RunId } from "../model/words.ts";

/** What a turn has to look at: observations of runs in their order, and runs of which everything is to be looked at. */
export class Mail {
	readonly observed = new Map<RunId, Observation[]>();
	/** Taken up since the last turn. */
	readonly fresh = new Set<RunId>();

	get isEmpty(): boolean {
		return this.observed.size === 0 && this.fresh.size === 0;
	}

	/** The run is to be looked at, with these observations if any. */
	add(run: RunId, ...observations: readonly Observation[]): void {
		const waiting = this.observed.get(run);
		if (waiting) waiting.push(...observations);
		else this.observed.set(run, [...observations]);
	}

	/** What could not be dealt with comes before what has arrived since. */
	putBack(earlier: Mail): void {
		for (const [run, observations] of earlier.observed) {
			const later = this.observed.get(run) ?? [];
			this.observed.set(run, [...observations, ...later]);
		}
		for (const run of earlier.fresh) this.fresh.add(run);
	}
}
