import type { Task } from "../model/plan.ts";
import type { Recipe } from "../model/recipe.ts";
import type {
	AttemptId,
	Fingerprint,
	Instant,
	Json,
	Named,
	RunId,
	TaskName,
} from "../model/words.ts";
import type {
	AttemptEnding,
	AttemptRecord,
	RunRecord,
	TaskRecord,
} from "./port.ts";

/** What attempts were made from. No plan is read for it but the one of the run that is asked about. */
export interface Recipes {
	/** The latest attempts whose recipe is known, newest first. */
	recipes(of: RecipesOf): Promise<readonly MadeAttempt[]>;
	/** One task of a run; null when there is no such run, or it has no such task. */
	oneTask(run: RunId, task: TaskName): Promise<OneTask | null>;
}

export interface RecipesOf {
	readonly pipeline: string;
	readonly task: TaskName;
	/** Only those that were made before this attempt; absent: any. */
	readonly before?: {
		readonly run: RunId;
		readonly attempt: AttemptId;
		readonly at: Instant;
	};
	/** At most so many. */
	readonly most: number;
}

/** An attempt, what it was made from, and what its run was asked for. */
export interface MadeAttempt {
	readonly id: AttemptId;
	readonly run: RunId;
	readonly ds: string;
	readonly params: Named<Json>;
	readonly recipe: Recipe;
	readonly fingerprint: Fingerprint | null;
	/** Null while it goes on. */
	readonly ending: AttemptEnding | null;
	readonly createdAt: Instant;
	readonly endedAt: Instant | null;
	/** The attempt whose outputs it took over, where nothing had changed. */
	readonly unchangedSince: AttemptId | null;
}

export interface OneTask {
	readonly run: RunRecord;
	readonly vars: Named<string>;
	readonly task: Task;
	readonly state: TaskRecord["state"];
	/** Oldest first. */
	readonly attempts: readonly (AttemptRecord & {
		readonly recipe: Recipe | null;
	})[];
}
