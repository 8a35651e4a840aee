import { existsSync } from "node:fs";
import type { TaskState } from "../../orchestrator/model/task-state.ts";
import type { DataPath, RunId } from "../../orchestrator/model/words.ts";
import type {
	Publication,
	RunDetail,
	Store,
} from "../../orchestrator/store/port.ts";
import { openStore } from "../../orchestrator/store/sqlite/sqlite-store.ts";
import type { Site } from "./site.ts";
import { PATH } from "./task.ts";

/** What is stored of the run in the end. */
export interface Stored {
	readonly run: RunDetail;
	readonly publications: readonly Publication[];
}

export const stored = (site: Site): Promise<Stored | null> =>
	reading(site, async (store) => {
		const run = await runIn(store);
		const publications = await store.history(PATH as DataPath);
		return run && { run, publications };
	});

/** What a berth that was killed had remembered: null when not even the run. */
export interface Remembered {
	readonly id: RunId;
	readonly status: TaskState["status"];
	readonly isCancelled: boolean;
}

export const remembered = (site: Site): Promise<Remembered | null> =>
	reading(site, async (store) => {
		const run = await runIn(store);
		const status = run?.tasks[0]?.state.status;
		if (!run || !status) return null;
		const events = await store.events(run.id);
		const isCancelled = events.some(({ type }) => type === "cancel-requested");
		return { id: run.id, status, isCancelled };
	});

async function runIn(store: Store): Promise<RunDetail | null> {
	const [head] = await store.runs({});
	return head ? store.run(head.id) : null;
}

/** As any reader beside an owner, or without one. */
async function reading<T>(
	site: Site,
	ask: (store: Store) => Promise<T | null>,
): Promise<T | null> {
	const file = site.at(".berth/berth.db");
	if (!existsSync(file)) return null;
	const store = openStore(file, { readonly: true });
	try {
		return await ask(store);
	} finally {
		store.close();
	}
}
