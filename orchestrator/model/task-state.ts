import type {
	AttemptId,
	DataPath,
	Fingerprint,
	Instant,
	Json,
	Named,
	ObjectHash,
	TaskName,
} from "./words.ts";

/**
 * The life of a task:
 *
 *   waiting ─► preparing ─► starting ─► running ─► publishing ─► succeeded
 *      │           │            │          └─► skipped (an exit code of skipOn; publishes nothing)
 *      │           └─► succeeded (unchanged: what an earlier attempt gave stands in)
 *      ├─► watching (sensor) ─► succeeded | resting | failed
 *      ├─► promoting (a path moves to another object) ─► succeeded | resting | failed
 *      ├─► succeeded (carried over from the run that this one retries)
 *      ├─► skipped (by its join)
 *      └─► cancelled
 *
 *   preparing, starting, running, publishing ─► resting ─► preparing (a retry) | cancelled
 *                                            └► failed
 *   starting, running ─► stopping (cancel, time-out) ─► cancelled | resting | failed | publishing, skipped (it had finished in time)
 *   running ─► stopping (out of disk) ─► resting | failed | publishing (it had ended well before that was seen)
 *   preparing, watching ─► cancelled (nothing is up yet)
 *
 * Nothing leaves succeeded, failed, skipped or cancelled.
 */
export type TaskState =
	| { readonly status: "waiting" }
	| Preparing
	| (Live & { readonly status: "starting"; readonly since: Instant })
	/** `since` is the engine's own start time. */
	| (Live & { readonly status: "running"; readonly since: Instant })
	| (Live & { readonly status: "publishing"; readonly since: Instant })
	| (Stopping & { readonly because: StopReason })
	/** However it ends now, it had written too much; only if it had ended well before that was seen, publishing says so. */
	| (Stopping & { readonly because: "out-of-disk"; readonly ending: Ending })
	| (Tried & {
			readonly status: "watching";
			readonly since: Instant;
			/** What it is still waiting for, in words. */
			readonly note: string | null;
	  })
	| (Tried & { readonly status: "promoting"; readonly since: Instant })
	| (Tried & {
			readonly status: "resting";
			readonly until: Instant;
			readonly ending: Ending;
	  })
	| Succeeded
	| {
			readonly status: "failed";
			readonly attempt: number;
			readonly at: Instant;
			readonly ending: Ending;
	  }
	| {
			readonly status: "skipped";
			readonly at: Instant;
			readonly because: SkipReason;
	  }
	| { readonly status: "cancelled"; readonly at: Instant };

/** `prepared` is null while the work of preparing goes on; once it is there, the task waits for a slot. */
export type Preparing = Tried & {
	readonly status: "preparing";
	readonly since: Instant;
	readonly prepared: Prepared | null;
	readonly note: string | null;
};

export type Succeeded = {
	readonly status: "succeeded";
	readonly at: Instant;
	readonly by:
		| { readonly kind: "attempt"; readonly attempt: number }
		/** What the attempt `since` gave stands in: nothing that it depends on has changed. */
		| {
				readonly kind: "unchanged";
				readonly attempt: number;
				readonly since: AttemptId;
		  }
		| { readonly kind: "carried"; readonly run: string };
	readonly value: Value;
};

type Stopping = Live & {
	readonly status: "stopping";
	readonly since: Instant;
	/** When the engine started it, if it had. */
	readonly started: Instant | null;
};

interface Tried {
	readonly attempt: number;
	readonly tally: Tally;
}

interface Live extends Tried {
	readonly prepared: Prepared;
}

/** How many attempts went wrong by the task's own doing, and how many by the world's: each has a budget of its own. */
export interface Tally {
	readonly failed: number;
	readonly lost: number;
}

/** What preparing found out: everything the launch needs besides the plan, so that a launch repeated after a crash is the same launch. */
export interface Prepared {
	readonly image: PreparedImage;
	readonly command: readonly string[];
	readonly env: Named<string>;
	readonly in: Named<Source>;
	/** Input → the hash of its contents. Absent when an older berth prepared it. */
	readonly contents?: Named<string>;
	readonly fingerprint?: Fingerprint;
}

export interface PreparedImage {
	/** What the engine runs: its own id for the image, or a folder for the local runtime. */
	readonly id: string;
	/** The sha256 of what the image is, whatever the engine calls it. */
	readonly key: string;
}

/** What a task gave to those after it. */
export interface Value {
	readonly outputs: Named<PublishedOutput>;
	readonly result: { readonly [key: string]: Json } | null;
	/** What a sensor found. */
	readonly found: Source | null;
}

export interface PublishedOutput {
	readonly path: DataPath;
	readonly object: ObjectHash;
	readonly bytes: number;
	readonly files: number;
	/** The attempt that computed it. Absent when an older berth published it. */
	readonly maker?: AttemptId;
	/** Of a promotion: the path that held it, where that is known. */
	readonly from?: DataPath;
}

/** Something that can be mounted as an input. */
export type Source =
	/** An object, or (`inside`) one entry of it. */
	| {
			readonly kind: "object";
			readonly object: ObjectHash;
			readonly inside: string | null;
			/** Where it was published when it was taken, and the attempt that computed it, where that is known. */
			readonly path?: DataPath;
			readonly maker?: AttemptId;
			/** Of copies of many files from outside: how many, and the folder in which they lie. */
			readonly copies?: { readonly of: DataPath; readonly files: number };
	  }
	/** Files from outside, mounted one by one below the input's folder, and compared after the task. */
	| { readonly kind: "files"; readonly files: readonly FileStamp[] }
	/** One file from outside, mounted as the input itself. */
	| { readonly kind: "file"; readonly file: FileStamp };

/** A file from outside as it was when it was taken as an input. */
export interface FileStamp {
	/** Below the data directory. */
	readonly path: DataPath;
	/** What it is called below the input's folder. */
	readonly as: string;
	readonly ino: number;
	readonly size: number;
	readonly mtimeMs: number;
	readonly ctimeMs: number;
}

export type StopReason = "cancelled" | "timed-out";

export type SkipReason =
	| { readonly kind: "upstream"; readonly task: TaskName }
	| { readonly kind: "exit-code"; readonly code: number };

/** How an attempt ended when it did not succeed. The message says what was wanted, what was found, and what to do. */
export type Ending =
	| {
			readonly kind: "exited";
			readonly code: number;
			readonly message: string;
	  }
	| {
			readonly kind: "out-of-memory";
			readonly code: number;
			readonly message: string;
	  }
	/** It wrote more than it may, and was stopped. */
	| { readonly kind: "out-of-disk"; readonly message: string }
	| { readonly kind: "timed-out"; readonly message: string }
	| { readonly kind: "cancelled"; readonly message: string }
	/** It could not be started. `lost`: by no fault of its own, so it costs no retry. `final`: trying again would find the same. */
	| {
			readonly kind: "refused";
			readonly message: string;
			readonly lost: boolean;
			readonly final?: true;
	  }
	/** It ended well, but what it wrote was not what it had declared, or its inputs changed under it (`lost`). */
	| {
			readonly kind: "rejected";
			readonly message: string;
			readonly lost: boolean;
	  }
	/** Its container is gone, and nobody knows how it ended. */
	| { readonly kind: "vanished"; readonly message: string };

export function isOver(state: TaskState): boolean {
	switch (state.status) {
		case "succeeded":
		case "failed":
		case "skipped":
		case "cancelled":
			return true;
		case "waiting":
		case "preparing":
		case "starting":
		case "running":
		case "publishing":
		case "stopping":
		case "watching":
		case "promoting":
		case "resting":
			return false;
	}
}

/** Endings that another attempt would come to as well. */
export const isFinal = (ending: Ending): boolean =>
	ending.kind === "refused" && ending.final === true;

/** Endings that are the world's doing: they do not use up the task's own retries. */
export function isLost(ending: Ending): boolean {
	switch (ending.kind) {
		case "vanished":
			return true;
		case "refused":
		case "rejected":
			return ending.lost;
		case "exited":
		case "out-of-memory":
		case "out-of-disk":
		case "timed-out":
		case "cancelled":
			return false;
	}
}
