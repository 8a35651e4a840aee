import { setTimeout as sleep } from "node:timers/promises";
import type { ContainerName } from "../model/words.ts";
import type { Runtime } from "../runtimes/port.ts";
import type { LogStore } from "../store/logs-port.ts";
import { isStorageTrouble } from "../store/trouble-port.ts";
import { untilLetGo } from "./let-go.ts";
import { LogUnreadable, pumpLog } from "./pump-log.ts";

/**
 * Stores what containers print, each to its end, whatever happens to the stream on the way. A broken stream never fails a task, and a
 * log that the runtime has lost never keeps it from being released: then the stored one says that it is incomplete.
 */
export class LogKeeper {
	readonly #runtime: Runtime;
	readonly #store: LogStore;
	readonly #onTrouble: (text: string) => void;
	readonly #following = new Map<ContainerName, Promise<void>>();
	/** Stored to their end, and not finished yet: reading them once more would be for nothing, and may take long. */
	readonly #whole = new Set<ContainerName>();
	/** Marked as incomplete. */
	readonly #marked = new Set<ContainerName>();
	/** What stands in the way of storing logs now. */
	readonly #inTheWay = new Map<ContainerName, string>();
	readonly #closed = new AbortController();

	constructor(parts: {
		readonly runtime: Runtime;
		readonly store: LogStore;
		readonly onTrouble: (text: string) => void;
	}) {
		this.#runtime = parts.runtime;
		this.#store = parts.store;
		this.#onTrouble = parts.onTrouble;
	}

	/** See to it that the log is being stored. */
	follow(name: ContainerName): void {
		void this.#keep(name).then(
			() => this.#whole.add(name),
			() => undefined,
		);
	}

	/** Resolves once the log is stored to its end, or as far as it can be read; the container must have ended, or must end. */
	async finish(name: ContainerName): Promise<void> {
		const going = this.#following.get(name)?.then(
			() => true,
			() => false,
		);
		const isWhole = (await going) || this.#whole.has(name);
		this.#whole.delete(name);
		if (isWhole || this.#marked.has(name)) return;
		try {
			await this.#keep(name);
		} catch (error) {
			if (!(error instanceof LogUnreadable)) throw error;
			await this.#mark(name, error.message);
		}
	}

	/** The logs that cannot be stored now, in sentences. */
	troubles(): readonly string[] {
		return [...this.#inTheWay.values()];
	}

	/** Let go of every log, and do not wait long for one that does not let go: false when there is such a one. */
	async close(): Promise<boolean> {
		this.#closed.abort();
		await untilLetGo(Promise.allSettled(this.#following.values()));
		return this.#following.size === 0;
	}

	#keep(name: ContainerName): Promise<void> {
		const going = this.#following.get(name);
		if (going) return going;
		const done = this.#tryToKeep(name).finally(() => {
			this.#following.delete(name);
			this.#inTheWay.delete(name);
		});
		this.#following.set(name, done);
		return done;
	}

	/** A runtime that does not answer at all is waited for, and so is room on the disk; a log that it cannot read is given up when trying has brought nothing more. */
	async #tryToKeep(name: ContainerName): Promise<void> {
		const { signal } = this.#closed;
		let pause = 0;
		let vain = 0;
		for (;;) {
			signal.throwIfAborted();
			try {
				return await this.#storeToEnd(name, () => {
					pause = 0;
					vain = 0;
					this.#inTheWay.delete(name);
				});
			} catch (error) {
				signal.throwIfAborted();
				if (isStorageTrouble(error)) this.#wait(name, error);
				else if (await this.#answers()) vain++;
				if (vain > TRIALS) throw error;
				if (pause === 0 && !isStorageTrouble(error))
					this.#onTrouble(
						`The log of ${name} broke off, going on where it did: ${(error as Error).message}`,
					);
				const ms = Math.min(100 * 2 ** pause++, LONGEST_PAUSE_MS);
				await sleep(ms, undefined, { signal });
			}
		}
	}

	#wait(name: ContainerName, error: Error): void {
		const text = `The log of ${name} cannot be stored, going on as soon as it can: ${error.message}. Make room on the disk; the container goes on, and is not removed before its log is whole.`;
		if (this.#inTheWay.get(name) !== text) this.#onTrouble(text);
		this.#inTheWay.set(name, text);
	}

	#answers(): Promise<boolean> {
		return this.#runtime.list().then(
			() => true,
			() => false,
		);
	}

	async #storeToEnd(name: ContainerName, onStored: () => void): Promise<void> {
		const log = await this.#store.open(name);
		try {
			const { signal } = this.#closed;
			await pumpLog(
				this.#runtime.logs(name, log.cursor, signal),
				log,
				onStored,
			);
		} finally {
			await log.close();
		}
	}

	async #mark(name: ContainerName, why: string): Promise<void> {
		const log = await this.#store.open(name);
		try {
			await log.mark(`berth: the log is incomplete from here: ${why}`);
		} finally {
			await log.close();
		}
		this.#marked.add(name);
		this.#onTrouble(
			`The log of ${name} could not be read to its end, and says so there: ${why}`,
		);
	}
}

const TRIALS = 8;
const LONGEST_PAUSE_MS = 5_000;
