import type { Engine } from "../engine/engine.ts";
import { beginRun } from "../model/begin.ts";
import { evolve } from "../model/evolve.ts";
import type { NewRun, Store } from "../store/port.ts";

/** Stores a run, once, and has the engine take it up: also one that was stored although the disk then failed us, lest it lie there until the next start. */
export async function takeUp(
	{ store, engine }: { readonly store: Store; readonly engine: Engine },
	made: NewRun,
): Promise<void> {
	let isNew = false;
	try {
		isNew = await store.create(made);
	} finally {
		if (isNew) engine.add(made.carried.reduce(evolve, beginRun(made)));
		else if (!engine.run(made.id)) {
			const active = await store.active();
			const run = active.find(({ id }) => id === made.id);
			if (run) engine.add(run);
		}
	}
}
