import { setImmediate } from "node:timers/promises";
import type { Artifacts, StoredObject } from "../artifacts/port.ts";
import type { Instant, ObjectHash } from "../model/words.ts";
import type { Garbage, Going, Look } from "../store/garbage-port.ts";

/**
 * One collection of what nobody needs, while everything else goes on. Who uses an object never loses it:
 *
 *   look (beside everything) ─► condemn some ─► condemn some ─► …
 *     ─► for each object on the disk: is it condemned, or unknown and old? ─► ask again ─► rename it away ─► remove
 *
 *   a path, or an unsettled run       the look sees both, by one snapshot of all that is stored.
 *   who began to use it since then    is stored: each transaction that condemns leaves out what was published or named by a run since the look, and
 *   (a hit, a promotion, a run that   what that was made from; so does the question just before the rename.
 *   carries or replays it, …)
 *   who is about to use it            has pinned it before he looked whether it is there (artifacts/pins.ts): it stays, and is pardoned.
 *   who looks it up afterwards        does not find its result any more, and computes it.
 *   an attempt that was killed while
 *   it published                      wrote its objects on its receipt before it moved them: those are spared. Receipts are read before the look.
 *
 * Killed anywhere, what is condemned is there still (the next collection goes on, and pardons what is needed by then), what is not condemned yet
 * is as it was, and what is half removed lies in staging (the sweep removes it).
 */
export class Collection {
	readonly #parts: { readonly store: Garbage; readonly artifacts: Keeper };
	readonly #of: Begun;
	readonly #sum = { goes: 0, removed: 0, stayed: 0, strays: 0 };

	constructor(parts: { store: Garbage; artifacts: Keeper }, of: Begun) {
		this.#parts = parts;
		this.#of = of;
	}

	async *steps(): AsyncGenerator<Collected> {
		const { look, signal } = this.#of;
		yield* this.#condemn();
		yield* this.#removeAll();
		if (signal.aborted) return;
		const { kept, keptBytes } = look;
		yield { kind: "whole", ...this.#sum, kept, keptBytes };
	}

	/** Lets others do something between any two transactions. */
	async *#condemn(): AsyncGenerator<Collected> {
		const { look, at, isDry, signal } = this.#of;
		for (const some of look.goes()) {
			await setImmediate();
			if (signal.aborted) return;
			const objects = isDry ? some : await condemned(look, some, at);
			this.#sum.goes += objects.length;
			this.#sum.stayed += some.length - objects.length;
			yield { kind: "going", objects };
		}
		if (!isDry) await this.#parts.store.durable();
	}

	async *#removeAll(): AsyncGenerator<Collected> {
		const sum = this.#sum;
		for await (const object of this.#parts.artifacts.objects()) {
			if (this.#of.signal.aborted) return;
			if (!(await this.#isToGo(object)) || this.#of.isDry) continue;
			if (await this.#remove(object.hash)) sum.removed++;
			else sum.stayed++;
			if ((sum.removed + sum.stayed) % TELL_EACH === 0)
				yield { kind: "progress", ...sum };
		}
	}

	async #isToGo(object: StoredObject): Promise<boolean> {
		switch (await this.#parts.store.fateOf(object.hash)) {
			case "there":
				return false;
			case "removed":
				return true;
			case "unknown": {
				const isStray = this.#isStray(object);
				if (isStray) this.#sum.strays++;
				return isStray;
			}
		}
	}

	/** Left by a crash, a replay, or an input of many files: nothing that is kept needs it, and nobody can be about to remember it. */
	#isStray({ hash, since }: StoredObject): boolean {
		const { look, at } = this.#of;
		return !look.needed.has(hash) && at - since >= DAY_MS;
	}

	/** False when somebody needs it after all. */
	async #remove(object: ObjectHash): Promise<boolean> {
		const { store, artifacts } = this.#parts;
		const { look, spared } = this.#of;
		const isOut = await artifacts.removeObject(
			object,
			async () => spared.has(object) || (await look.isNeeded(object)),
		);
		if (isOut) await store.forgetObject(object);
		else if (await artifacts.has([object])) await store.pardon(object);
		return isOut;
	}
}

export type Collected =
	/** These go, or would; the last of them before anything is removed. */
	| { readonly kind: "going"; readonly objects: readonly Going[] }
	| ({ readonly kind: "progress" } & CollectedSum)
	| ({ readonly kind: "whole" } & CollectedSum &
			Pick<Look, "kept" | "keptBytes">);

export interface CollectedSum {
	/** Nothing needed so many, and they were remembered. */
	readonly goes: number;
	readonly removed: number;
	/** Somebody began to use so many meanwhile. */
	readonly stayed: number;
	/** Of so many nothing was remembered. */
	readonly strays: number;
}

export type Keeper = Pick<
	Artifacts,
	"objects" | "removeObject" | "has" | "receipts"
>;

interface Begun {
	readonly look: Look;
	/** On receipts. */
	readonly spared: ReadonlySet<ObjectHash>;
	readonly at: Instant;
	readonly isDry: boolean;
	readonly signal: AbortSignal;
}

async function condemned(
	look: Look,
	some: readonly Going[],
	at: Instant,
): Promise<readonly Going[]> {
	const gone = await look.condemn(
		some.map(({ object }) => object),
		at,
	);
	return some.filter(({ object }) => gone.has(object));
}

const DAY_MS = 86_400_000;
const TELL_EACH = 100;
