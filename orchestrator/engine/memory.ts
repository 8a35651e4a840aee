import type { Instant } from "../model/words.ts";
import type { Change, Store } from "../store/port.ts";
import { StoreUnavailable } from "../store/trouble-port.ts";
import type { Clock } from "./clock.ts";
import { Troubles } from "./troubles.ts";

/** Remembers what was decided; tells once when that cannot be done, and once when it can again. */
export class Memory {
	readonly #parts: MemoryParts;
	readonly #troubles: Troubles;
	#trouble: StoreUnavailable | null = null;
	#pauseMs = 0;

	constructor(parts: MemoryParts) {
		this.#parts = parts;
		this.#troubles = new Troubles(parts.onTrouble, PAUSES);
	}

	/** Why nothing can be remembered now; null when all is well. */
	get trouble(): StoreUnavailable | null {
		return this.#trouble;
	}

	/** Damage does not heal by waiting. */
	get isLost(): boolean {
		return this.#trouble?.kind === "damaged";
	}

	/** Whether the changes are remembered, all of them; else none is. What is no trouble of the store's is thrown. */
	async remember(changes: readonly Change[]): Promise<boolean> {
		if (changes.length === 0) return true;
		try {
			await this.#parts.store.commit(changes);
		} catch (error) {
			if (!(error instanceof StoreUnavailable)) throw error;
			this.#trouble = error;
			this.#pauseMs = this.#troubles.met(STORE, `${error.message} ${HELD}`);
			return false;
		}
		this.#mended();
		return true;
	}

	/** Until it is worth trying again, or the signal is raised. */
	async rest(signal: AbortSignal): Promise<void> {
		const { clock } = this.#parts;
		const until = this.isLost
			? Number.MAX_SAFE_INTEGER
			: clock.now() + this.#pauseMs;
		await clock.sleepUntil(until as Instant, signal).catch(() => undefined);
	}

	#mended(): void {
		if (!this.#troubles.over(STORE)) return;
		this.#trouble = null;
		this.#parts.onTrouble("The database can be written again; going on.");
		this.#parts.onMended();
	}
}

export interface MemoryParts {
	readonly store: Pick<Store, "commit">;
	readonly clock: Clock;
	readonly onTrouble: (text: string) => void;
	/** The store can be written again. */
	readonly onMended: () => void;
}

/** The key of its trouble. */
const STORE = "the store";
const HELD =
	"Until then no task is started or ended; containers that are up go on.";
const PAUSES = { firstMs: 1_000, longestMs: 30_000 };
