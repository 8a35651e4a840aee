import { type FSWatcher, watch } from "node:fs";

/** Wakes whoever waits for something in a folder: when a name in it changes, and once a second, for what makes no sound (a process that was killed). */
export class Bell implements Disposable {
	readonly #watcher: FSWatcher | null;
	readonly #tick: NodeJS.Timeout;
	readonly #signal: AbortSignal;
	#rung = false;
	#wake: (() => void) | null = null;

	/** `names`: the only ones to listen to. */
	constructor(
		folder: string,
		signal: AbortSignal,
		names?: ReadonlySet<string>,
	) {
		this.#signal = signal;
		this.#watcher = tryWatch(folder, (name) => {
			if (!names || name === null || names.has(name)) this.ring();
		});
		this.#tick = setInterval(this.ring, 1_000);
		signal.addEventListener("abort", this.ring, { once: true });
	}

	readonly ring = (): void => {
		this.#rung = true;
		this.#wake?.();
	};

	/** Resolves at the next ring, at once if there was one since the last call. Throws the signal's reason once it is aborted. */
	async next(): Promise<void> {
		this.#signal.throwIfAborted();
		if (!this.#rung) {
			const { promise, resolve } = Promise.withResolvers<void>();
			this.#wake = resolve;
			await promise;
			this.#wake = null;
		}
		this.#rung = false;
		this.#signal.throwIfAborted();
	}

	[Symbol.dispose](): void {
		this.#watcher?.close();
		clearInterval(this.#tick);
		this.#signal.removeEventListener("abort", this.ring);
	}
}

/** Without a watcher (no such folder, no more watches to be had) the tick alone must do. */
function tryWatch(
	folder: string,
	heard: (name: string | null) => void,
): FSWatcher | null {
	try {
		const watcher = watch(folder, (_, name) => heard(name));
		watcher.on("error", () => heard(null));
		return watcher;
	} catch {
		return null;
	}
}
