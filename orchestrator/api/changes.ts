import { EventEmitter, once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { RunId } from "../model/words.ts";

/** Tells those who look on that something has changed. They then look at what is stored: what is told here carries nothing. */
export class Changes {
	readonly #emitter = new EventEmitter().setMaxListeners(0);
	#growths = 0;

	/** How often a log has grown. */
	get growths(): number {
		return this.#growths;
	}

	runChanged(id: RunId, isSettled: boolean): void {
		this.#emitter.emit(`run ${id}`);
		if (isSettled) this.#emitter.emit(`settled ${id}`);
	}

	logGrown(): void {
		this.#growths++;
		this.#emitter.emit("log");
	}

	/** Resolves at the run's next change, or when the signal is raised. */
	next(id: RunId, signal: AbortSignal): Promise<void> {
		return this.#next(`run ${id}`, signal);
	}

	/** Resolves when some log has grown, or when the signal is raised. */
	nextLog(signal: AbortSignal): Promise<void> {
		return this.#next("log", signal);
	}

	/** Resolves after that time, or as soon as the run is settled, or when the signal is raised. */
	async rest(id: RunId, ms: number, signal: AbortSignal): Promise<void> {
		const over = new AbortController();
		const either = AbortSignal.any([signal, over.signal]);
		const rested = sleep(ms, undefined, { signal: either }).catch(() => null);
		await Promise.race([rested, this.#next(`settled ${id}`, either)]);
		over.abort();
	}

	#next(event: string, signal: AbortSignal): Promise<void> {
		return once(this.#emitter, event, { signal }).then(
			() => undefined,
			() => undefined,
		);
	}
}
