import type { ContainerName, ObjectHash } from "../model/words.ts";

/**
 * Which objects somebody is about to use, so that none of them is removed under his hands. Who uses an object and who removes it:
 *
 *   using      pin ─► look whether it is there ─► … use it, and store that it is needed … ─► unpin
 *   removing   watch ─► ask the store whether it is needed ─► pinned, or pinned since the watch? ─► rename it away
 *
 * The last two steps of removing are one synchronous step, so a pin comes before or after both.
 *   before     pinned still, or since the watch: it stays.
 *              pinned and let go before the watch: what was stored before letting go is what the store answers with. It stays.
 *   after      whoever looks, looks after he pinned: it is not there, and he makes it again.
 * In memory, because there is one owner, and after a crash nobody uses anything that is not stored. (The store answers by what is durable: a
 * loss of power that took back what made the object superfluous would find it removed.)
 */
export class Pins {
	readonly #pinned = new Map<ContainerName, Set<ObjectHash>>();
	readonly #watches = new Set<Watch>();

	pin(name: ContainerName, objects: readonly ObjectHash[]): void {
		const pinned = this.#pinned.get(name) ?? new Set();
		for (const object of objects) {
			pinned.add(object);
			for (const watch of this.#watches)
				if (watch.object === object) watch.wasPinned = true;
		}
		if (pinned.size > 0) this.#pinned.set(name, pinned);
	}

	unpin(name: ContainerName): void {
		this.#pinned.delete(name);
	}

	/** Does the work while it watches. `isFree` says whether nobody has the object pinned, nor had since the work began. */
	async watching<T>(
		object: ObjectHash,
		work: (isFree: () => boolean) => Promise<T>,
	): Promise<T> {
		const watch: Watch = { object, wasPinned: this.#isPinned(object) };
		this.#watches.add(watch);
		try {
			return await work(() => !watch.wasPinned);
		} finally {
			this.#watches.delete(watch);
		}
	}

	#isPinned(object: ObjectHash): boolean {
		return this.#pinned.values().some((pinned) => pinned.has(object));
	}
}

interface Watch {
	readonly object: ObjectHash;
	wasPinned: boolean;
}
