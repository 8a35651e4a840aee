import type { KeepPolicy, KeptBecause, ObjectFacts } from "../model/garbage.ts";
import type { Instant, ObjectHash } from "../model/words.ts";

/** What the store has to say about objects that nobody needs. */
export interface Garbage {
	/** What nobody needs, by one look at all that is stored. Everything else goes on meanwhile, and nothing is written. */
	look(wish: Looking, signal: AbortSignal): Promise<Look>;
	/** What is remembered of the object: that it is there, that it was removed, or nothing. */
	fateOf(object: ObjectHash): Promise<"there" | "removed" | "unknown">;
	/** It stays after all. */
	pardon(object: ObjectHash): Promise<void>;
	/** Forget what its files hashed to. */
	forgetObject(object: ObjectHash): Promise<void>;
	/** Everything that was condemned is, also after a loss of power, and so is what made it superfluous. */
	durable(): Promise<void>;
}

export interface Looking {
	readonly policy: KeepPolicy;
	readonly now: Instant;
	/** Kept as if a run used them. */
	readonly spared: ReadonlySet<ObjectHash>;
	/** How many of those that may go are told together. */
	readonly atOnce: number;
}

/** An object that may go. */
export type Going = Pick<
	ObjectFacts,
	"object" | "bytes" | "files" | "paths" | "lastAt"
>;

/** What one look saw, and what has begun to use an object since. */
export interface Look {
	readonly kept: Readonly<Record<KeptBecause, number>>;
	readonly keptBytes: number;
	/** Of which nothing is remembered, or that they were removed: what runs use all the same, and what lineage needs. */
	readonly needed: ReadonlySet<ObjectHash>;
	/** How many may go. */
	readonly going: number;
	/** Which, some at a time. */
	goes(): Iterable<readonly Going[]>;
	/**
	 * In one short transaction: they are gone, but for those that something has begun to use since the look. No later look-up finds a result that
	 * has one. Removing their folders comes after. Answers with those that are gone.
	 */
	condemn(
		objects: readonly ObjectHash[],
		now: Instant,
	): Promise<ReadonlySet<ObjectHash>>;
	/** May anything that is stored still read it, or has anything used it since the look? */
	isNeeded(object: ObjectHash): Promise<boolean>;
}
