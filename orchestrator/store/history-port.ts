import type { Value } from "../model/task-state.ts";
import type { DataPath, RunId } from "../model/words.ts";
import type { Publication, Trigger } from "./port.ts";

/** What paths held. */
export interface Histories {
	/** All publications of a path, newest first, each with how it came about. */
	entries(path: DataPath): Promise<readonly HistoryEntry[]>;
}

export interface HistoryEntry extends Publication {
	/** The run that published it here, and what started that. */
	readonly run: RunId;
	readonly trigger: Trigger;
	/** Where it was promoted from, or else where its maker published it; null when neither is known. */
	readonly origin: DataPath | null;
	/** What its maker told. */
	readonly result: Value["result"];
}
