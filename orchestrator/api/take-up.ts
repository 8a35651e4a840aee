import type { Engine } from "../engine/engine.ts";
import { beginRun } from "../model/begin.ts";
import { evolve } from "../model/evolve.ts";
import type { Run } from "../model/run.ts";
import type { RunId } from "../model/words.ts";
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
		else await takenUp({ store, engine }, made.id);
	}
}

/** A run that is not settled, taken up if it was not yet: who has just become the owner answers before it has looked. Undefined when there is none. */
export async function takenUp(
	{ store, engine }: { readonly store: Store; readonly engine: Engine },
	id: RunId,
): Promise<Run | undefined> {
	if (!engine.run(id)) {
		const active = await store.active();
		const run = active.find((one) => one.id === id);
		if (run) engine.add(run);
	}
	return engine.run(id);
}
