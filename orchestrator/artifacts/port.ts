import type {
	FileStamp,
	PublishedOutput,
	Source,
} from "../model/task-state.ts";
import type {
	ContainerName,
	DataPath,
	Json,
	Named,
	Usage,
} from "../model/words.ts";
import type { Publication } from "../store/port.ts";

/** Everything that lies in the data directory: staging, objects, published paths, files from outside. Paths in answers are absolute, as this process sees them. */
export interface Artifacts {
	/** May a task publish to these paths? Null, or a sentence that names the path and what to do. */
	claim(paths: readonly DataPath[]): Promise<string | null>;
	/** Claim these paths for an attempt that is about to publish: until it is discarded, no other may reserve one above or below them. Doing it again is nothing. */
	reserve(
		name: ContainerName,
		paths: readonly DataPath[],
	): Promise<string | null>;
	/** What a path means now: a published object (or an entry of one), else a file or folder from outside; or a sentence that says what is missing. */
	source(path: DataPath): Promise<Source | Problem>;
	/** Every file at or below this path, or that matches this glob, as it is now, through published links. Names are relative to the path, or to the folder that the glob starts from; of a single file, its own. */
	files(pattern: string): Promise<Found | Problem>;
	/** These files as one input: themselves, or an object of their copies when they are many. */
	gather(files: readonly FileStamp[]): Promise<Source | Problem>;
	/** Where the source's files lie, for mounting. For `files`: one entry each, target relative to the input's folder. A problem when an object or file is gone. */
	locate(source: Source): Promise<readonly Located[] | Problem>;
	/** The same without looking whether they are there: for what was mounted already. */
	places(source: Source): readonly Located[];
	/** Empty, writable folders for an attempt's outputs and result. Doing it again leaves what is there; once a start was asked for, nothing is done any more, and nothing can stand in the way. */
	stage(
		name: ContainerName,
		outputs: readonly string[],
		user: string,
	): Promise<Staged | Problem>;
	/** Write the params that a task reads into its attempt's staging, and answer where. Once a start was asked for, nothing is done any more. */
	params(name: ContainerName, params: Named<Json>): Promise<string>;
	/** Remember in an attempt's staging that its start is asked for. A process that is killed does not forget it. */
	markStarted(name: ContainerName): Promise<void>;
	/** Was a start asked for? */
	wasStarted(name: ContainerName): Promise<boolean>;
	/** What an attempt has written by now. Looks at no more entries than these; there may be more. */
	usage(name: ContainerName, entries: number): Promise<Usage>;
	/** Have files from outside changed since they were stamped? Null, or a sentence. */
	changed(files: readonly FileStamp[]): Promise<string | null>;
	/** Read and bound the result file. Wrapped, because a task could write something that looks like a problem. */
	result(name: ContainerName): Promise<ResultFile | Problem>;
	/** Check, hash, and move outputs into the object store. Redoable from any point; once it answers with outputs, all objects are durable. Publishing them is the store's transaction. */
	collect(
		name: ContainerName,
		outputs: Named<DataPath>,
		signal: AbortSignal,
	): Promise<Named<PublishedOutput> | Problem>;
	/** Bring the symlinks of these newest publications in place. Idempotent. Says which could not be, and why. */
	project(publications: readonly Publication[]): Promise<readonly string[]>;
	/** Forget an attempt's staging. `keep`: leave it for inspection, until it is swept. */
	discard(name: ContainerName, keep: boolean): Promise<void>;
	/** Remove kept staging folders older than this, those of no live attempt, and files that were left half made. What cannot be removed keeps nothing else. */
	sweep(live: ReadonlySet<ContainerName>, olderThanMs: number): Promise<Swept>;
}

/** Paths are relative to the data directory. */
export interface Swept {
	readonly removed: readonly string[];
	/** What could not be removed, and why. */
	readonly failed: readonly string[];
}

/** An expected failure, in a sentence for the person who must do something. `lost`: by no fault of the task's. */
export interface Problem {
	readonly kind: "problem";
	readonly message: string;
	readonly lost: boolean;
}

/** Tells a problem from any other answer of this port. */
export const isProblem = (answer: object): answer is Problem =>
	"kind" in answer && answer.kind === "problem";

export interface Found {
	/** A glob finds a folder, when it finds anything. */
	readonly kind: "nothing" | "file" | "folder";
	readonly files: readonly FileStamp[];
	/** Folders (absolute) whose changes may change this answer; not always all of them. */
	readonly near: readonly string[];
}

export interface ResultFile {
	readonly kind: "result";
	/** Null when none was written. */
	readonly value: { readonly [key: string]: Json } | null;
}

export interface Located {
	/** Absolute. */
	readonly path: string;
	/** Relative to the input's place; empty for the input itself. */
	readonly as: string;
}

export interface Staged {
	readonly kind: "staged";
	/** Output name → its folder. */
	readonly out: Named<string>;
	/** The folder for result.json. */
	readonly result: string;
	/** Was its start asked for before? Then what lies in its folders is what it wrote. */
	readonly started: boolean;
}
