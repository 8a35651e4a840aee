import type { Prepared } from "./task-state.ts";
import type {
	AttemptId,
	DataPath,
	Json,
	Named,
	ObjectHash,
	RunId,
	TaskName,
} from "./words.ts";

/** The tasks of one run as plain data. Stored with the run, which always finishes on the plan it began with. */
export interface Plan {
	readonly pipeline: string;
	/** The run's date, YYYY-MM-DD. */
	readonly ds: string;
	readonly params: Named<Json>;
	/** Group of the pipeline's config → the file that was chosen; absent when it has none. */
	readonly choices?: Named<string>;
	/** The variables that the pipeline read while it was planned. */
	readonly vars: Named<string>;
	/** The run stays queued until the earlier runs of its pipeline are over. */
	readonly oneAtATime: boolean;
	/** The run that this one does again, to see whether it comes out the same. It publishes nothing. */
	readonly replays?: RunId;
	/** In topological order: a task comes after everything it waits for. */
	readonly tasks: readonly Task[];
}

export interface Task {
	readonly name: TaskName;
	readonly work: Work;
	/** What must be over first. Everything it takes data from is here too. */
	readonly after: readonly TaskName[];
	readonly join: Join;
	readonly retries: Retries;
	/** How long one attempt may run, or a sensor may wait; absent means as long as it likes. */
	readonly timeoutMs?: number;
}

/** `all-succeeded`: start when all have, and skip as soon as one has not. `all-over`: start when all are over, however they ended. */
export type Join = "all-succeeded" | "all-over";

export interface Retries {
	/** How often to try again after a failure of the task's own. */
	readonly times: number;
	/** The pause after the first failure; it doubles with each further one. */
	readonly backoffMs: number;
}

/** What a task does. Adding a kind here is a list of type errors to visit. */
export type Work = ContainerWork | FilesWork | PublicationWork | PromoteWork;

export interface ContainerWork {
	readonly kind: "container";
	/** A folder's name under the images folder, or any image reference. */
	readonly image: string;
	readonly command: readonly Text[];
	readonly entrypoint?: readonly string[];
	readonly env: Named<Text>;
	readonly workdir?: string;
	/** `uid` or `uid:gid`; absent means the data directory's user. */
	readonly user?: string;
	readonly in: Named<Input>;
	readonly out: Named<DataPath>;
	/** The params that it uses: it reads them as one JSON file. Absent: it reads none. */
	readonly params?: Named<Json>;
	/** What it is told of its run that its outputs may depend on, by the variables that tell it. Absent: nothing. */
	readonly told?: Named<string>;
	/** JSON Schema of the result object. */
	readonly result?: { readonly [key: string]: Json };
	/** Exit codes that mean "nothing to do". */
	readonly skipOn: readonly number[];
	/** Between SIGTERM and SIGKILL. */
	readonly graceMs: number;
	readonly wall: Wall;
	/** Absent in plans of an older berth: then never. */
	readonly cache?: CachePolicy;
	/** What was prepared in the run that this one replays: it is prepared just so again. */
	readonly pinned?: Prepared;
}

/** When what an earlier attempt with the same fingerprint gave stands in for the task's own. */
export type CachePolicy =
	| { readonly kind: "always" }
	/** Only while it is younger than this. */
	| { readonly kind: "for"; readonly ms: number }
	/** Computed anew this time, and remembered. */
	| { readonly kind: "refresh" }
	/** Nor is it remembered. `because` ends the sentence "It is not cached, because …". */
	| { readonly kind: "never"; readonly because: string };

/** What the container may use, and nothing else. */
export interface Wall {
	readonly memoryBytes: number;
	/** A hard limit, in cores. */
	readonly cpus: number;
	readonly pids: number;
	/** How much it may write into its outputs and its result. */
	readonly diskBytes: number;
	readonly shmBytes?: number;
	/** Container path → size in bytes. `/tmp` is always there. */
	readonly tmpfs: Named<number>;
	readonly ulimits: readonly Ulimit[];
	/** `none`, `bridge`, or the name of a network that exists. */
	readonly network: string;
	readonly dns: readonly string[];
	/** `name:address` pairs for /etc/hosts. */
	readonly extraHosts: readonly string[];
	readonly devices: readonly string[];
	/** `all`, a number of GPUs, or their ids. */
	readonly gpus?: "all" | number | readonly string[];
	/** Such as `linux/arm64`. */
	readonly platform?: string;
	readonly pull: PullPolicy;
	/** Folders of the host, besides the contract's own. */
	readonly mounts: readonly HostMount[];
}

export type PullPolicy = "missing" | "always" | "never";

export interface Ulimit {
	readonly name: string;
	readonly soft: number;
	readonly hard: number;
}

export interface HostMount {
	readonly source: string;
	readonly target: string;
	readonly readOnly: boolean;
}

/** Where an input comes from. */
export type Input =
	| {
			readonly from: "output";
			readonly task: TaskName;
			readonly output: string;
	  }
	| { readonly from: "sensor"; readonly task: TaskName }
	| { readonly from: "path"; readonly path: Text };

/** Waits for files. Takes no slot. */
export interface FilesWork {
	readonly kind: "files";
	/** A folder (with `all`), a file, or a glob, below the data directory. */
	readonly in: string;
	/** Names that must all be there, relative to the folder. */
	readonly all?: readonly string[];
	/** For files from outside: size and time unchanged for this long. */
	readonly settledMs: number;
	readonly minAgeMs: number;
	/** A file, relative to the folder, that says the others are complete. */
	readonly marker?: string;
}

/** Waits for the newest publication of a path. Takes no slot. */
export interface PublicationWork {
	readonly kind: "publication";
	readonly path: DataPath;
	/** Only a publication at most this old counts; absent means any. */
	readonly maxAgeMs?: number;
}

/** Moves a path to an object that is there already. Takes no slot. */
export interface PromoteWork {
	readonly kind: "promote";
	readonly from: Input | PromotedObject;
	readonly to: DataPath;
	/** It was there before. */
	readonly rollback?: true;
}

/** One that was settled when the promotion was asked for, and what was known of it then. */
export interface PromotedObject {
	readonly from: "object";
	readonly object: ObjectHash;
	/** Where it was. */
	readonly path?: DataPath;
	/** The attempt that computed it. */
	readonly maker?: AttemptId;
}

/** What a promotion's one output is called. */
export const PROMOTED = "promoted";

/** A string, or one with values in it that are known only once earlier tasks are over. */
export type Text = string | Ref | { readonly $text: readonly (string | Ref)[] };

/** `[task, "result", key, …]`: a value of an earlier task's result. */
export interface Ref {
	readonly $ref: readonly string[];
}

/** How many slots the work takes while it runs: waiting for a file is free. */
export function slotsOf(work: Work): number {
	switch (work.kind) {
		case "container":
			return 1;
		case "files":
		case "publication":
		case "promote":
			return 0;
	}
}
