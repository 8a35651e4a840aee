import type { RunStatus } from "../model/run.ts";
import type { Json, RunId, TaskName } from "../model/words.ts";
import type { Asking } from "./berth.ts";
import type { RunView } from "./views.ts";

/** What can be asked about doing a run again. */
export interface Replaying {
	/** A new run of the same plan, with the images and the inputs of then. It publishes nothing. */
	replay(request: ReplayRequest): Promise<RunView>;
	/** How what a replay gave compares with what the run gave that it replays. */
	replayed(id: RunId, signal?: AbortSignal): Promise<ReplayView>;
}

export interface ReplayRequest extends Asking {
	readonly run: RunId;
	/** Only this task; the others are carried over. */
	readonly only?: TaskName;
}

export interface ReplayView {
	readonly run: string;
	/** The run that it replays. */
	readonly of: string;
	readonly status: RunStatus;
	/** Is all that was asked for the same? Null while that goes on. */
	readonly identical: boolean | null;
	readonly tasks: readonly ReplayedTask[];
}

export interface ReplayedTask {
	readonly name: string;
	readonly outcome: ReplayOutcome;
	/** Why, in a sentence, where that is not the comparison itself. */
	readonly message: string | null;
	/** Outputs that are not the same. */
	readonly outputs: readonly OtherOutput[];
	/** Values of the result that are not the same. */
	readonly result: readonly OtherValue[];
}

export type ReplayOutcome =
	| "identical"
	| "different"
	/** Its image or an input is gone, or nobody knows what it was made from. */
	| "impossible"
	/** It ended in another way than then. */
	| "failed"
	/** It was not asked for, or is nothing that could be: a sensor, a promotion, what was skipped then. */
	| "left-out"
	| "going-on";

export interface OtherOutput {
	readonly name: string;
	readonly path: string;
	/** The objects; null where there is none. */
	readonly before: string | null;
	readonly after: string | null;
	/** Null when they cannot be listed any more. */
	readonly files: {
		readonly added: readonly string[];
		readonly removed: readonly string[];
		readonly changed: readonly string[];
	} | null;
}

export interface OtherValue {
	readonly key: string;
	/** Null where there is none. */
	readonly before: Json;
	readonly after: Json;
}
