import type { Clock } from "../../orchestrator/engine/clock.ts";
import type { Instant } from "../../orchestrator/model/words.ts";

/** Time that moves only when a test says so. It begins at the real time, because files carry that. */
export class FakeClock implements Clock {
	#now = Date.now() as Instant;
	readonly #sleepers = new Set<Sleeper>();
	#onSleep: () => void = () => {};

	now(): Instant {
		return this.#now;
	}

	get sleepers(): number {
		return this.#sleepers.size;
	}

	sleepUntil(at: Instant, signal: AbortSignal): Promise<void> {
		signal.throwIfAborted();
		if (at <= this.#now) return Promise.resolve();
		return new Promise((resolve, reject) => {
			const sleeper = { at, wake: resolve };
			this.#sleepers.add(sleeper);
			signal.addEventListener("abort", () => {
				this.#sleepers.delete(sleeper);
				reject(signal.reason);
			});
			this.#onSleep();
		});
	}

	/** Resolves when there is nothing to do but to sleep. */
	async asleep(): Promise<void> {
		while (this.#sleepers.size === 0)
			await new Promise<void>((resolve) => {
				this.#onSleep = resolve;
			});
	}

	advance(ms: number): void {
		this.#now = (this.#now + ms) as Instant;
		for (const sleeper of this.#sleepers)
			if (sleeper.at <= this.#now) {
				this.#sleepers.delete(sleeper);
				sleeper.wake();
			}
	}
}

interface Sleeper {
	readonly at: Instant;
	readonly wake: () => void;
}
