import type { Clock } from "../../orchestrator/engine/clock.ts";
import type { Instant } from "../../orchestrator/model/words.ts";

/** A clock that only the test moves. */
export class HandClock implements Clock {
	#now: Instant;
	readonly #sleepers = new Set<{ at: Instant; wake: () => void }>();
	#falling: (() => void)[] = [];

	constructor(now: Instant) {
		this.#now = now;
	}

	now(): Instant {
		return this.#now;
	}

	async sleepUntil(at: Instant, signal: AbortSignal): Promise<void> {
		signal.throwIfAborted();
		if (at <= this.#now) return;
		const slept = Promise.withResolvers<void>();
		const sleeper = { at, wake: slept.resolve };
		const abort = (): void => slept.reject(signal.reason);
		signal.addEventListener("abort", abort);
		this.#sleepers.add(sleeper);
		for (const told of this.#falling.splice(0)) told();
		await slept.promise.finally(() => {
			this.#sleepers.delete(sleeper);
			signal.removeEventListener("abort", abort);
		});
	}

	/** Resolves once somebody sleeps, with the instant of the first to wake. */
	async asleep(): Promise<Instant> {
		if (this.#sleepers.size === 0)
			await new Promise<void>((resolve) => this.#falling.push(resolve));
		return Math.min(...[...this.#sleepers].map(({ at }) => at)) as Instant;
	}

	/** Move the time, wake those who are due, and wait until somebody sleeps again. */
	async moveTo(now: Instant): Promise<void> {
		this.#now = now;
		const due = [...this.#sleepers].filter(({ at }) => at <= now);
		for (const sleeper of due) {
			this.#sleepers.delete(sleeper);
			sleeper.wake();
		}
		await this.asleep();
	}
}
