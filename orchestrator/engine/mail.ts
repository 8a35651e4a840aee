import type { Observation } from "../model/events.ts";
import type { RunId } from "../model/words.ts";

/** What a turn has to look at: observations of runs in their order, and runs of which everything is to be looked at. */
export class Mail {
	readonly observed = new Map<RunId, Set<Observation>>();
	/** Taken up since the last turn. */
	readonly fresh = new Set<RunId>();
	/** The last one of each attempt: the ones before it say nothing any more, and while nothing can be remembered they would pile up. */
	readonly #notes = new Map<string, Observation>();

	get isEmpty(): boolean {
		return this.observed.size === 0 && this.fresh.size === 0;
	}

	/** The run is to be looked at, with these observations if any. */
	add(run: RunId, ...observations: readonly Observation[]): void {
		const waiting = this.observed.get(run) ?? new Set();
		this.observed.set(run, waiting);
		for (const observation of observations) {
			if (observation.type === "noted") {
				const key = `${run}/${observation.task}/${observation.attempt}`;
				const earlier = this.#notes.get(key);
				if (earlier) waiting.delete(earlier);
				this.#notes.set(key, observation);
			}
			waiting.add(observation);
		}
	}

	/** What could not be dealt with comes before what has arrived since. */
	putBack(earlier: Mail): void {
		for (const [run, observations] of earlier.observed) {
			const later = this.observed.get(run) ?? [];
			this.observed.set(run, new Set());
			for (const one of [...observations, ...later]) this.add(run, one);
		}
		for (const run of earlier.fresh) this.fresh.add(run);
	}
}
