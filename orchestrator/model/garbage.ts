import { BERTH_FOLDER } from "./data-path.ts";
import type { Plan } from "./plan.ts";
import type { Run } from "./run.ts";
import type {
	FileStamp,
	Prepared,
	Source,
	TaskState,
	Value,
} from "./task-state.ts";
import type { DataPath, Instant, ObjectHash } from "./words.ts";

/** What is kept although nothing uses it now. */
export interface KeepPolicy {
	/** The newest so many objects of each path. */
	readonly newest: number;
	/** Whatever was published, or found to be what belongs there, less long ago. */
	readonly youngerThanMs: number;
}

/** What is known of an object that is there. */
export interface ObjectFacts {
	readonly object: ObjectHash;
	readonly bytes: number;
	readonly files: number;
	/** Where it was ever published. */
	readonly paths: readonly DataPath[];
	/** Some path holds it now. */
	readonly isLive: boolean;
	readonly wasPromoted: boolean;
	/** 1: it is the newest object of some path, 2: the second newest … */
	readonly place: number;
	readonly lastAt: Instant;
}

/** Why an object stays; the first that holds. */
export type KeptBecause =
	| "live"
	| "in-use"
	| "promoted"
	| "recent"
	| "young"
	| "lineage";

/** Why an object stays by itself; null when only another one can need it. */
export function keptBecause(
	facts: ObjectFacts,
	{ newest, youngerThanMs }: KeepPolicy,
	{ inUse, now }: Present,
): Exclude<KeptBecause, "lineage"> | null {
	if (facts.isLive) return "live";
	if (inUse.has(facts.object)) return "in-use";
	if (facts.wasPromoted) return "promoted";
	if (facts.place <= newest) return "recent";
	return now - facts.lastAt < youngerThanMs ? "young" : null;
}

export interface Present {
	readonly inUse: ReadonlySet<ObjectHash>;
	readonly now: Instant;
}

/** Every object that an unsettled run may still read: what its tasks took, what they gave, and what its plan names. */
export function objectsOf(run: Run): ObjectHash[] {
	return [
		...named(run.plan),
		...run.tasks.valueSeq().flatMap((state) => used(state)),
	];
}

const named = ({ tasks }: Plan): ObjectHash[] =>
	tasks.flatMap(({ work }) => {
		if (work.kind === "container")
			return work.pinned ? takenBy(work.pinned) : [];
		return work.kind === "promote" && work.from.from === "object"
			? [work.from.object]
			: [];
	});

const used = (state: TaskState): ObjectHash[] => [
	...("prepared" in state && state.prepared ? takenBy(state.prepared) : []),
	...("value" in state ? givenBy(state.value) : []),
];

/** The objects among what an attempt takes. */
export const takenBy = ({ in: inputs }: Prepared): ObjectHash[] =>
	Object.values(inputs).flatMap(objectsIn);

/** The objects among what a task gave. */
export const givenBy = ({ outputs, found }: Value): ObjectHash[] => [
	...Object.values(outputs).map(({ object }) => object),
	...(found ? objectsIn(found) : []),
];

/** Files that a folder above published paths leads to, or a glob, lie in objects, too. */
function objectsIn(source: Source): ObjectHash[] {
	switch (source.kind) {
		case "object":
			return [source.object];
		case "file":
			return objectsOfFiles([source.file]);
		case "files":
			return objectsOfFiles(source.files);
	}
}

function objectsOfFiles(files: readonly FileStamp[]): ObjectHash[] {
	const found = files.map(({ path }) => IN_OBJECT.exec(path)?.[1]);
	return [...new Set(found)].flatMap((hash) =>
		hash === undefined ? [] : [hash as ObjectHash],
	);
}

const IN_OBJECT = new RegExp(`^${BERTH_FOLDER}/objects/([0-9a-f]{64})/`);
