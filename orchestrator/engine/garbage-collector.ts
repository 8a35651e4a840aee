import type { Artifacts, StoredObject } from "../artifacts/port.ts";
import type { KeepPolicy } from "../model/garbage.ts";
import type { Instant, ObjectHash } from "../model/words.ts";
import type { Garbage, Verdict } from "../store/garbage-port.ts";

/**
 * Removes objects that nobody needs. Who uses one never loses it:
 *
 *   condemn (one transaction) ─► for each object on the disk: is it condemned, or unknown and old? ─► ask again ─► rename it away ─► remove
 *
 *   a path, or an unsettled run       the transaction sees both, and the question just before the rename sees what came after it.
 *   who is about to use it            has pinned it before he looked whether it is there (artifacts/pins.ts): it stays, and is pardoned.
 *   who looks it up afterwards        does not find its result any more, and computes it.
 *   an attempt that was killed while
 *   it published                      wrote its objects on its receipt before it moved them: those are spared.
 *
 * Killed anywhere, what is left is condemned and still there (the next collection goes on), or half removed in staging (the sweep does).
 */
export class GarbageCollector {
	readonly #parts: CollectorParts;
	#last: Promise<void> = Promise.resolve();

	constructor(parts: CollectorParts) {
		this.#parts = parts;
	}

	/** One collection at a time. Yields how far it is; the last one is whole. */
	async *collect(
		wish: CollectWish,
		signal: AbortSignal,
	): AsyncGenerator<Collected> {
		const before = this.#last;
		const { promise, resolve } = Promise.withResolvers<void>();
		this.#last = promise;
		try {
			await before;
			yield* this.#collect(wish, signal);
		} finally {
			resolve();
		}
	}

	async *#collect(
		{ policy, isDry }: CollectWish,
		signal: AbortSignal,
	): AsyncGenerator<Collected> {
		const { store, artifacts, now } = this.#parts;
		const spared = await artifacts.receipts();
		const at = now();
		const verdict = await store.condemn({ policy, now: at, spared, isDry });
		const sum = { removed: 0, stayed: 0, strays: 0 };
		for await (const found of artifacts.objects()) {
			if (signal.aborted) return;
			const fate = await store.fateOf(found.hash);
			if (fate === "there") continue;
			if (fate === "unknown" && !isStray(found, verdict, at)) continue;
			if (fate === "unknown") sum.strays++;
			if (isDry) continue;
			if (await this.#remove(found.hash, spared)) sum.removed++;
			else sum.stayed++;
			if ((sum.removed + sum.stayed) % TELL_EACH === 0)
				yield { ...sum, verdict, isWhole: false };
		}
		yield { ...sum, verdict, isWhole: true };
	}

	/** False when somebody needs it after all. */
	async #remove(
		object: ObjectHash,
		spared: ReadonlySet<ObjectHash>,
	): Promise<boolean> {
		const { store, artifacts } = this.#parts;
		const isOut = await artifacts.removeObject(
			object,
			async () => spared.has(object) || (await store.isNeeded(object)),
		);
		if (isOut) await store.forgetObject(object);
		else if (await artifacts.has([object])) await store.pardon(object);
		return isOut;
	}
}

export interface CollectWish {
	readonly policy: KeepPolicy;
	/** Only tell what would go. */
	readonly isDry: boolean;
}

export interface Collected {
	readonly verdict: Verdict;
	readonly removed: number;
	/** Somebody began to use them meanwhile. */
	readonly stayed: number;
	/** Of which nothing was remembered. */
	readonly strays: number;
	readonly isWhole: boolean;
}

export interface CollectorParts {
	readonly store: Garbage;
	readonly artifacts: Pick<
		Artifacts,
		"objects" | "removeObject" | "has" | "receipts"
	>;
	readonly now: () => Instant;
}

/** Left by a crash, a replay, or an input of many files: nothing that is kept needs it, and nobody can be about to remember it. */
const isStray = (
	{ hash, since }: StoredObject,
	{ needed }: Verdict,
	now: Instant,
): boolean => !needed.has(hash) && now - since >= DAY_MS;

const DAY_MS = 86_400_000;
const TELL_EACH = 100;
