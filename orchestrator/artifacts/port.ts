import type {
	FileStamp,
	PublishedOutput,
	Source,
} from "../model/task-state.ts";
import type {
	ContainerName,
	DataPath,
	Instant,
	Json,
	Named,
	ObjectHash,
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
	/** The same, and nothing is copied: files from outside are told as such, however many. */
	peek(path: DataPath): Promise<Source | Problem>;
	/** Every file at or below this path, or that matches this glob, as it is now, through published links. Names are relative to the path, or to the folder that the glob starts from; of a single file, its own. */
	files(pattern: string): Promise<Found | Problem>;
	/** These files as one input: themselves, or an object of their copies when they are many. */
	gather(files: readonly FileStamp[]): Promise<Source | Problem>;
	/** The hash of what a container sees of this input: the same for the same contents, wherever they lie. What was read before and has not changed is not read again. `note` is told when that takes long. A problem when something of it is gone or has changed. */
	contentsOf(
		source: Source,
		signal: AbortSignal,
		note?: (text: string) => void,
	): Promise<string | Problem>;
	/** The same input as it is now: the same object, or the same files from outside with the stamps that they have now. A problem when something of it is gone. */
	asNow(source: Source): Promise<Source | Problem>;
	/** Every file of it with its own hash, by path; what was read before is not read again. */
	filesOf(
		source: Source,
		signal: AbortSignal,
	): Promise<readonly ContentFile[] | Problem>;
	/** Keep these objects from being removed until this attempt is discarded or `unpin` is called. Pin first, then look whether they are there (`has`): what was seen stays. In memory: what stored runs need, `removeObject` asks for. */
	pin(name: ContainerName, objects: readonly ObjectHash[]): void;
	/** What it was to publish is remembered, or it publishes nothing: what it held, objects and paths, is free. */
	unpin(name: ContainerName): void;
	/** Are all of these objects there? */
	has(objects: readonly ObjectHash[]): Promise<boolean>;
	/** Are the objects of these outputs there, and is nothing missing in them? Of an object with very many files only some are looked at. */
	areWhole(outputs: Iterable<PublishedOutput>): Promise<boolean>;
	/** Every object on the disk, in no order: also those that no publication knows of, because of a crash. */
	objects(): AsyncIterable<StoredObject>;
	/** What attempts were about to publish, by what their staging says: a berth that is killed meanwhile forgets its pins. */
	receipts(): Promise<ReadonlySet<ObjectHash>>;
	/** Remove an object, unless it is pinned or `isNeeded` by anything that is stored: a publication to be kept, a run that goes on. What it answers by must be durable, because the removal is. False when the object stays, or is not there. It is gone for everybody at one instant, and whoever pinned it before that keeps it. */
	removeObject(
		hash: ObjectHash,
		isNeeded: () => Promise<boolean>,
	): Promise<boolean>;
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
	/** Forget an attempt's staging, and what it has pinned. `keep`: leave it for inspection, until it is swept. */
	discard(name: ContainerName, keep: boolean): Promise<void>;
	/** Remove kept staging folders older than this, those of no live attempt, and files that were left half made. What cannot be removed keeps nothing else. */
	sweep(live: ReadonlySet<ContainerName>, olderThanMs: number): Promise<Swept>;
}

export interface ContentFile {
	/** Below the input; its own name when that is a single file. */
	readonly path: string;
	readonly bytes: number;
	/** The owner's execute bit. */
	readonly executable: boolean;
	readonly sha256: string;
}

export interface StoredObject {
	readonly hash: ObjectHash;
	/** Since when it lies there, by the file system's clock. */
	readonly since: Instant;
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
