import { type FSWatcher, watch } from "node:fs";
import type { Instant } from "../model/words.ts";

/** The engine's clock, as far as a sensor needs it. */
export interface Clock {
	now(): Instant;
	sleepUntil(at: Instant, signal: AbortSignal): Promise<void>;
}

/** A sleep that ends early when something stirs in the folders that it watches. Leaves nothing behind once closed. */
export class Wake {
	readonly #clock: Clock;
	readonly #watchers = new Map<string, FSWatcher | null>();
	#stirred: Instant | null = null;
	#isCalled = false;
	#rouse: () => void = () => {};

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Watch these folders and no others. Answers whether one is new. */
	watch(folders: readonly string[]): boolean {
		for (const [folder, watcher] of this.#watchers)
			if (!folders.includes(folder)) {
				watcher?.close();
				this.#watchers.delete(folder);
			}
		const fresh = folders.filter((folder) => !this.#watchers.has(folder));
		for (const folder of fresh) this.#watchers.set(folder, this.#open(folder));
		return fresh.length > 0;
	}

	/** Look now. */
	up(): void {
		this.#isCalled = true;
		this.#rouse();
	}

	/** Until that instant, or a little after something stirred. */
	async sleep(until: Instant, signal: AbortSignal): Promise<void> {
		if (!this.#isCalled && this.#stirred === null)
			await this.#nap(until, signal);
		if (!this.#isCalled && this.#stirred !== null)
			await this.#nap((this.#stirred + SETTLE_MS) as Instant, signal);
		this.#isCalled = false;
		this.#stirred = null;
	}

	close(): void {
		for (const watcher of this.#watchers.values()) watcher?.close();
		this.#watchers.clear();
	}

	/** Until that instant, or being roused. */
	async #nap(until: Instant, signal: AbortSignal): Promise<void> {
		signal.throwIfAborted();
		const roused = new AbortController();
		this.#rouse = () => roused.abort();
		try {
			await this.#clock.sleepUntil(
				until,
				AbortSignal.any([signal, roused.signal]),
			);
		} catch (error) {
			if (!roused.signal.aborted) throw error;
			signal.throwIfAborted();
		} finally {
			this.#rouse = () => {};
		}
	}

	/** Null where watching is impossible: then looking from time to time has to do. */
	#open(folder: string): FSWatcher | null {
		try {
			const watcher = watch(folder, { persistent: false }, () => this.#stir());
			watcher.on("error", () => watcher.close());
			return watcher;
		} catch {
			return null;
		}
	}

	/** A burst of events is one. */
	#stir(): void {
		if (this.#stirred !== null) return;
		this.#stirred = this.#clock.now();
		this.#rouse();
	}
}

/** Whoever writes a file makes many events. */
const SETTLE_MS = 100;
