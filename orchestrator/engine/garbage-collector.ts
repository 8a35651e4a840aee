import type { KeepPolicy } from "../model/garbage.ts";
import type { Instant } from "../model/words.ts";
import type { Garbage } from "../store/garbage-port.ts";
import { type Collected, Collection, type Keeper } from "./collection.ts";

/** Removes objects that nobody needs, one collection at a time. */
export class GarbageCollector {
	readonly #parts: CollectorParts;
	#last: Promise<void> = Promise.resolve();

	constructor(parts: CollectorParts) {
		this.#parts = parts;
	}

	/** Tells what goes, some at a time, then how far it is, and in the end the sum; nothing more once the signal is raised. */
	async *collect(
		wish: CollectWish,
		signal: AbortSignal,
	): AsyncGenerator<Collected> {
		const before = this.#last;
		const { promise, resolve } = Promise.withResolvers<void>();
		this.#last = promise;
		try {
			await before;
			if (signal.aborted) return;
			const { store, artifacts, now, atOnce = AT_ONCE } = this.#parts;
			const at = now();
			const spared = await artifacts.receipts();
			const { policy, isDry } = wish;
			const look = await store.look(
				{ policy, now: at, spared, atOnce },
				signal,
			);
			const of = { look, spared, at, isDry, signal };
			yield* new Collection({ store, artifacts }, of).steps();
		} finally {
			resolve();
		}
	}
}

/** A few milliseconds of writing. */
const AT_ONCE = 200;

export interface CollectWish {
	readonly policy: KeepPolicy;
	/** Only tell what would go. */
	readonly isDry: boolean;
}

export interface CollectorParts {
	readonly store: Garbage;
	readonly artifacts: Keeper;
	readonly now: () => Instant;
	/** So many are condemned in one transaction. Absent: 200. */
	readonly atOnce?: number;
}
