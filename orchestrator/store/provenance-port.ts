import type { Plan } from "../model/plan.ts";
import type { Recipe } from "../model/recipe.ts";
import type { TaskState } from "../model/task-state.ts";
import type { AttemptId, ObjectHash, RunId, TaskName } from "../model/words.ts";
import type { AttemptRecord, Publication, RunRecord } from "./port.ts";

/** What is remembered of how things came to be, one record at a time. */
export interface Provenance {
	attempt(id: AttemptId): Promise<AttemptFacts | null>;
	/** A run and what it was to do, without how far its tasks are: there may be ten thousand. */
	planned(run: RunId): Promise<PlannedRun | null>;
	/** How far one task of a run is. */
	taskState(run: RunId, task: TaskName): Promise<TaskState | null>;
	publication(id: number): Promise<Publication | null>;
	/** Objects that were ever published and whose hash begins so; not more than this many. */
	objectsLike(prefix: string, most: number): Promise<readonly ObjectHash[]>;
}

export interface AttemptFacts extends AttemptRecord {
	readonly run: RunId;
	readonly task: TaskName;
	/** Null when it was never prepared, or by an older berth. */
	readonly recipe: Recipe | null;
}

export interface PlannedRun extends RunRecord {
	readonly plan: Plan;
}
