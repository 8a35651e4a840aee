import type { Source } from "../model/task-state.ts";
import type { Instant } from "../model/words.ts";

/** One sensor's way to look at the world, with what it remembers between looks. */
export interface Look {
	look(now: Instant): Promise<Seen>;
}

export type Seen =
	| { readonly kind: "found"; readonly source: Source }
	| Missing;

export interface Missing {
	readonly kind: "missing";
	/** What it is waiting for, in words that stay the same as long as that does. */
	readonly note: string;
	/** When time alone may bring the answer. */
	readonly due: Instant | null;
	/** Folders to watch, absolute. */
	readonly near: readonly string[];
}
