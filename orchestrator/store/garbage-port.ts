import type { KeepPolicy, KeptBecause, ObjectFacts } from "../model/garbage.ts";
import type { Instant, ObjectHash } from "../model/words.ts";

/** What the store has to say about objects that nobody needs. */
export interface Garbage {
	/**
	 * In one transaction: which objects may go, and, unless it is only to be told, that they are gone: no later look finds a result that has one.
	 * Removing their folders comes after.
	 */
	condemn(wish: Condemning): Promise<Verdict>;
	/** What is remembered of the object: that it is there, that it was removed, or nothing. */
	fateOf(object: ObjectHash): Promise<"there" | "removed" | "unknown">;
	/** May anything that is stored still read it? Published again since it was condemned, or used by a run that is not settled. */
	isNeeded(object: ObjectHash): Promise<boolean>;
	/** It stays after all. */
	pardon(object: ObjectHash): Promise<void>;
	/** Forget what its files hashed to. */
	forgetObject(object: ObjectHash): Promise<void>;
}

export interface Condemning {
	readonly policy: KeepPolicy;
	readonly now: Instant;
	/** Kept as if a run used them. */
	readonly spared: ReadonlySet<ObjectHash>;
	/** Only tell. */
	readonly isDry: boolean;
}

export interface Verdict {
	readonly goes: readonly ObjectFacts[];
	readonly kept: Readonly<Record<KeptBecause, number>>;
	readonly keptBytes: number;
	/** Also those of which nothing is remembered: what runs use, and what lineage needs. */
	readonly needed: ReadonlySet<ObjectHash>;
}
