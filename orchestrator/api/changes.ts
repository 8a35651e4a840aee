import { EventEmitter, once } from "node:events";
import type { RunId } from "../model/words.ts";

/** Tells those who look on that something has changed. They then look at what is stored: what is told here carries nothing. */
export class Changes {
	readonly #emitter = new EventEmitter().setMaxListeners(0);

	runChanged(id: RunId): void {
		this.#emitter.emit(`run ${id}`);
	}

	logGrown(): void {
		this.#emitter.emit("log");
	}

	/** Resolves at the run's next change, or when the signal is raised. */
	next(id: RunId, signal?: AbortSignal): Promise<void> {
		return this.#next(`run ${id}`, signal);
	}

	/** Resolves when some log has grown, or when the signal is raised. */
	nextLog(signal?: AbortSignal): Promise<void> {
		return this.#next("log", signal);
	}

	#next(event: string, signal?: AbortSignal): Promise<void> {
		return once(this.#emitter, event, signal ? { signal } : {}).then(
			() => undefined,
			() => undefined,
		);
	}
}
