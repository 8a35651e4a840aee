import type { Event } from "../model/events.ts";
import type { Plan } from "../model/plan.ts";
import type { Ingredient } from "../model/recipe.ts";
import type { Run, RunStatus } from "../model/run.ts";
import type { SweepPart } from "../model/sweep.ts";
import type { TaskState, Value } from "../model/task-state.ts";
import type {
	AttemptId,
	DataPath,
	Fingerprint,
	Instant,
	Json,
	Named,
	ObjectHash,
	RunId,
	TaskName,
} from "../model/words.ts";
import type { FileHashes } from "./hashes-port.ts";
import type { Histories } from "./history-port.ts";
import type { Recipes } from "./recipes-port.ts";

/** What is stored cannot be used as it is, in a sentence for the person who must do something. */
export class Unusable extends Error {
	override readonly name = "Unusable";
}

/** Remembers everything, in one place. Every method is one transaction. */
export interface Store
	extends Publications,
		Histories,
		Results,
		Recipes,
		FileHashes {
	/** False when a run of that id is there already: then nothing is changed. Durable once it answers, and so is a variable. */
	create(run: NewRun): Promise<boolean>;
	/** Remember the events and the states they led to, and publish the outputs of every `published` among them: all together or not at all. */
	commit(changes: readonly Change[]): Promise<void>;
	/** Remember that this object, which the path holds, is what belongs there, and that it is to be brought there again: no news for its history. False when it holds another one. */
	confirm(path: DataPath, object: ObjectHash, at: Instant): Promise<boolean>;
	/** Resolves when everything remembered before the call outlives a loss of power, not only of this process. To be awaited before the world loses what could tell it again; the reasoning is in docs/reliability.md. */
	durable(): Promise<void>;
	/** Runs that are not over, or over but still owe a release, oldest first, as the model knows them. */
	active(): Promise<readonly Run[]>;

	runs(filter: RunFilter): Promise<readonly RunRecord[]>;
	/** What tasks took can be left out: reading it of a run of thousands takes a second. */
	run(id: RunId, leaveOut?: "inputs"): Promise<RunDetail | null>;
	/** The journal, oldest first. */
	events(run: RunId): Promise<readonly Event[]>;

	vars(): Promise<readonly Variable[]>;
	setVar(name: string, value: string, at: Instant): Promise<void>;
	/** False when there was none. */
	unsetVar(name: string): Promise<boolean>;

	/** The last instant up to which this schedule of the pipeline was looked at; null when never, or when the pipeline had another schedule since. */
	scheduledUpTo(pipeline: string, schedule: string): Promise<Instant | null>;
	setScheduledUpTo(
		pipeline: string,
		schedule: string,
		at: Instant,
	): Promise<void>;

	close(): void;
}

/** What the artifact store needs to know about publications. */
export interface Publications {
	/** The newest publication of exactly this path. */
	newest(path: DataPath): Promise<Publication | null>;
	/** The newest publication of this path or of the nearest folder above it. */
	covering(path: DataPath): Promise<Publication | null>;
	/** Published paths that lie strictly above or below this one, newest publication each. */
	entangled(path: DataPath): Promise<readonly Publication[]>;
	/** The newest publication of every path that starts with the prefix (a path segment boundary; empty for all), by path. */
	published(prefix: string): Promise<readonly Publication[]>;
	/** All publications of a path, newest first. */
	history(path: DataPath): Promise<readonly Publication[]>;
	/** The newest publication of an object, wherever; null when it was never published. */
	ofObject(object: ObjectHash): Promise<Publication | null>;
	/** Newest publications whose symlink is not known to be in place. */
	unprojected(): Promise<readonly Publication[]>;
	markProjected(ids: readonly number[]): Promise<void>;
}

export interface Publication {
	readonly id: number;
	readonly path: DataPath;
	readonly object: ObjectHash;
	readonly attempt: AttemptId;
	readonly at: Instant;
	readonly bytes: number;
	readonly files: number;
	readonly how: "made" | "unchanged" | "promoted" | "rolled-back";
	/** The attempt that computed the object: another one where it was only brought here. */
	readonly maker: AttemptId;
	/** When it was last found that this object is what belongs here. */
	readonly confirmedAt: Instant;
	/** When the object was removed; null while it is there. */
	readonly removedAt: Instant | null;
}

/** What a task gave, by everything that it depends on. */
export interface KnownResult {
	readonly attempt: AttemptId;
	readonly value: Value;
	readonly at: Instant;
}

/** What the cache needs to know. */
export interface Results {
	/** What the attempt with this fingerprint gave; null when there was none. */
	resultOf(fingerprint: Fingerprint): Promise<KnownResult | null>;
}

export interface NewRun {
	readonly id: RunId;
	readonly plan: Plan;
	readonly trigger: Trigger;
	readonly createdAt: Instant;
	/** What is carried over from the run that this one retries. */
	readonly carried: readonly Event[];
}

export type Trigger =
	| { readonly kind: "schedule"; readonly due: Instant }
	/** `by`: the account of who asked, where that is known. */
	| {
			readonly kind: "hand";
			readonly by?: string;
			readonly sweep?: SweepPart;
	  }
	| {
			readonly kind: "retry";
			readonly of: RunId;
			readonly by?: string;
			/** Of the run that it retries. */
			readonly sweep?: SweepPart;
	  }
	| {
			readonly kind: "replay";
			readonly of: RunId;
			/** The one task that was asked for; absent: all. */
			readonly only?: TaskName;
			readonly by?: string;
	  };

export interface Change {
	readonly run: Run;
	readonly events: readonly Event[];
}

export interface RunFilter {
	readonly pipeline?: string;
	readonly status?: RunStatus;
	/** Of this sweep only. */
	readonly sweep?: string;
	readonly limit?: number;
}

/** A run as a list shows it. */
export interface RunRecord {
	readonly id: RunId;
	readonly pipeline: string;
	readonly ds: string;
	readonly status: RunStatus;
	readonly params: Named<Json>;
	readonly trigger: Trigger;
	readonly createdAt: Instant;
	readonly startedAt: Instant | null;
	readonly endedAt: Instant | null;
	/** Over, and nothing is owed: no container of it is left. */
	readonly settled: boolean;
}

export interface RunDetail extends RunRecord {
	readonly plan: Plan;
	readonly tasks: readonly TaskRecord[];
}

export interface TaskRecord {
	readonly name: TaskName;
	readonly state: TaskState;
	readonly attempts: readonly AttemptRecord[];
	/** What the latest of them took; null when it was not prepared, or by an older berth. */
	readonly inputs: Named<Ingredient> | null;
}

export interface AttemptRecord {
	readonly id: AttemptId;
	readonly number: number;
	/** Null while it goes on. */
	readonly ending: AttemptEnding | null;
	readonly createdAt: Instant;
	/** By the engine's clock; null when it was never started. */
	readonly startedAt: Instant | null;
	readonly endedAt: Instant | null;
	readonly imageKey: string | null;
	readonly imageId: string | null;
	readonly fingerprint: Fingerprint | null;
	/** The attempt whose outputs it took over, where nothing had changed. */
	readonly unchangedSince: AttemptId | null;
}

/** Exit 0 is an ending too, for a record. */
export interface AttemptEnding {
	readonly kind:
		| "exited"
		| "out-of-memory"
		| "out-of-disk"
		| "timed-out"
		| "cancelled"
		| "refused"
		| "rejected"
		| "vanished"
		| "found"
		| "unchanged"
		| "promoted";
	readonly code: number | null;
	readonly message: string | null;
}

export interface Variable {
	readonly name: string;
	readonly value: string;
	readonly updatedAt: Instant;
}
