import { setTimeout as sleep } from "node:timers/promises";
import type { ContainerName } from "../model/words.ts";
import type { LogFrame, Runtime } from "../runtimes/port.ts";
import type { LogStore, OpenLog } from "../store/logs-port.ts";

/** Stores what containers print, each to its end, whatever happens to the stream on the way. A broken stream never fails a task. */
export class LogKeeper {
	readonly #runtime: Runtime;
	readonly #store: LogStore;
	readonly #onTrouble: (text: string) => void;
	readonly #following = new Map<ContainerName, Promise<void>>();
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
		void this.finish(name).catch(() => undefined);
	}

	/** Resolves once the log is stored to its end; the container must have ended, or must end. */
	finish(name: ContainerName): Promise<void> {
		const going = this.#following.get(name);
		if (going) return going;
		const done = this.#keep(name).finally(() => this.#following.delete(name));
		this.#following.set(name, done);
		return done;
	}

	async close(): Promise<void> {
		this.#closed.abort();
		await Promise.allSettled(this.#following.values());
	}

	async #keep(name: ContainerName): Promise<void> {
		const { signal } = this.#closed;
		for (let trial = 0; ; trial++) {
			signal.throwIfAborted();
			try {
				return await this.#storeToEnd(name, signal);
			} catch (error) {
				signal.throwIfAborted();
				if (trial >= TRIALS) throw error;
				this.#onTrouble(
					`The log of ${name} broke off, going on where it did: ${String(error)}`,
				);
				await sleep(Math.min(100 * 2 ** trial, 5_000), undefined, { signal });
			}
		}
	}

	async #storeToEnd(name: ContainerName, signal: AbortSignal): Promise<void> {
		const log = await this.#store.open(name);
		try {
			await pump(this.#runtime.logs(name, log.cursor, signal), log);
		} finally {
			await log.close();
		}
	}
}

const TRIALS = 8;
/** About as much as one write should carry. */
const BATCH_BYTES = 64 * 1024;

/** Frames are written in batches: when one is full, or when nothing more is at hand. */
async function pump(
	frames: AsyncIterable<LogFrame>,
	log: OpenLog,
): Promise<void> {
	let batch: LogFrame[] = [];
	let size = 0;
	let timer: NodeJS.Immediate | null = null;
	const flush = (): void => {
		if (timer) clearImmediate(timer);
		timer = null;
		if (batch.length > 0) log.append(batch);
		batch = [];
		size = 0;
	};
	try {
		for await (const frame of frames) {
			batch.push(frame);
			size += frame.bytes.length + FRAME_BYTES;
			if (size >= BATCH_BYTES) flush();
			else timer ??= setImmediate(flush);
		}
	} finally {
		flush();
	}
}

/** What a frame costs beside its bytes. */
const FRAME_BYTES = 40;
