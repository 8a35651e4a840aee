import type { RunId } from "../model/words.ts";
import type { Changes } from "./changes.ts";
import type { RunView } from "./views.ts";

/**
 * The run now, and again whenever it changed, until it is settled. Changes that come while the reader is busy are one;
 * and looking takes at most a fifth of the time, because a look at a run of thousands of tasks costs what many steps of it do.
 */
export async function* followRun(
	id: RunId,
	{ changes, look, signal }: FollowRun,
): AsyncIterable<RunView> {
	const enough = new AbortController();
	const either = AbortSignal.any([signal, enough.signal]);
	try {
		for (;;) {
			const changed = changes.next(id, either);
			const before = performance.now();
			const run = await look(id);
			const cost = performance.now() - before;
			yield run;
			if (run.settled || signal.aborted) return;
			const rested = changes.rest(id, Math.min(4 * cost, 1000), either);
			await changed;
			await rested;
		}
	} finally {
		enough.abort();
	}
}

interface FollowRun {
	readonly changes: Changes;
	readonly look: (id: RunId) => Promise<RunView>;
	readonly signal: AbortSignal;
}
