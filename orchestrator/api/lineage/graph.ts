import type { Json, Named } from "../../model/words.ts";

/** Where something came from, as a graph: what it was made from is where its edges lead. No two nodes have one id. */
export interface LineageGraph {
	/** The node that was asked about. */
	readonly of: string;
	readonly nodes: readonly LineageNode[];
	readonly edges: readonly LineageEdge[];
}

export interface LineageEdge {
	readonly from: string;
	readonly to: string;
	/** How the one came from the other. */
	readonly how: EdgeKind;
	/** The name of the input; null where it is none. */
	readonly input: string | null;
}

export type EdgeKind =
	/** Computed by. */
	| "made-by"
	/** Brought here from another path. */
	| "promoted-from"
	/** Taken as an input. */
	| "took"
	/** Found by a sensor. */
	| "found-by";

/** Ids stay the same, whoever asks when. Times are ISO, absent is null. */
export type LineageNode =
	| PublicationNode
	| ObjectNode
	| AttemptNode
	| FileNode
	| FilesNode
	| SensorNode;

/** A path held an object. Id: `publication:<its number>`. */
export interface PublicationNode {
	readonly kind: "publication";
	readonly id: string;
	readonly path: string;
	readonly publication: number;
	readonly object: string;
	readonly how: "made" | "unchanged" | "promoted" | "rolled-back";
	readonly at: string;
	/** The attempt that published it. */
	readonly attempt: string;
	/** Who asked for its run, where that is known. */
	readonly by: string | null;
	readonly bytes: number;
	readonly files: number;
	/** When the object was removed; null while it is there. */
	readonly removedAt: string | null;
}

/** An object that is published nowhere. Id: `object:<hash>`. */
export interface ObjectNode {
	readonly kind: "object";
	readonly id: string;
	readonly object: string;
	/** Of copies of many files from outside: how many, and the folder in which they lie. */
	readonly copies: { readonly of: string; readonly files: number } | null;
	/** What is known of where it came from, in a sentence. */
	readonly note: string;
}

/** Id: `attempt:<its id>`. */
export interface AttemptNode {
	readonly kind: "attempt";
	readonly id: string;
	readonly attempt: string;
	readonly run: string;
	readonly task: string;
	readonly startedAt: string | null;
	readonly endedAt: string | null;
	/** The attempt whose outputs it took over, because nothing had changed. */
	readonly unchangedSince: string | null;
	/** `name`: as the plan calls it. */
	readonly image: {
		readonly name: string | null;
		readonly id: string | null;
		readonly key: string | null;
	};
	readonly entrypoint: readonly string[] | null;
	readonly command: readonly string[];
	readonly params: Named<Json>;
	/** Names of the environment's variables that the pipeline set. */
	readonly env: readonly string[];
	readonly result: { readonly [key: string]: Json } | null;
	readonly fingerprint: string | null;
	/** What is not known of it, in a sentence; null when all is. */
	readonly unknown: string | null;
}

/** One file from outside. Id: `file:<sha256>:<path>`. */
export interface FileNode {
	readonly kind: "file";
	readonly id: string;
	readonly path: string;
	readonly bytes: number;
	readonly sha256: string;
}

/** Files from outside as one input. Id: `files:<hash of them all>:<the first path>`. */
export interface FilesNode {
	readonly kind: "files";
	readonly id: string;
	/** Of all of them as one folder. */
	readonly contents: string;
	readonly files: readonly {
		readonly path: string;
		readonly bytes: number;
		/** Null when it was not kept. */
		readonly sha256: string | null;
	}[];
}

/** A task that waited for files. Id: `sensor:<run>/<task>`. */
export interface SensorNode {
	readonly kind: "sensor";
	readonly id: string;
	readonly run: string;
	readonly task: string;
	/** What it waited for. */
	readonly waitedFor: string;
}
