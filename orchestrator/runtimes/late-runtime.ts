import { setTimeout as sleep } from "node:timers/promises";
import type { ContainerName } from "../model/words.ts";
import type { LogCursor, LogPiece } from "./log-port.ts";
import {
	type FirstStart,
	type ImageRequest,
	type Job,
	type Runtime,
	RuntimeReplaced,
	RuntimeUnreachable,
	RuntimeUnusable,
	type Stray,
} from "./port.ts";
import type { RuntimeKind } from "./runtime-in-use.ts";

/** A runtime that is opened when it is first needed, again when that failed (an engine may be down when berth starts), and anew when it was replaced. */
export class LateRuntime implements Runtime {
	readonly kind: RuntimeKind;
	readonly #open: () => Promise<Runtime>;
	#opened: Promise<Runtime> | null = null;
	#isClosed = false;

	constructor(kind: RuntimeKind, open: () => Promise<Runtime>) {
		this.kind = kind;
		this.#open = open;
	}

	/** Rejects with RuntimeUnreachable when it cannot be opened now, whatever the reason: no task is to blame for that. */
	ready(): Promise<Runtime> {
		this.#opened ??= this.#open().then(
			async (runtime) => {
				if (this.#isClosed) await runtime.close();
				return runtime;
			},
			(error: unknown) => {
				this.#opened = null;
				throw error instanceof RuntimeUnreachable ? error : unusable(error);
			},
		);
		return this.#opened;
	}

	/** Resolves once it is open, and tries until then, ever less often; or when the signal is raised. */
	async untilReady(
		signal: AbortSignal,
		onTrouble: (text: string) => void,
	): Promise<void> {
		for (let pause = 500; !signal.aborted; pause *= 2) {
			try {
				await this.ready();
				return;
			} catch (error) {
				onTrouble((error as Error).message);
			}
			const ms = Math.min(pause, LONGEST_PAUSE_MS);
			await sleep(ms, undefined, { signal }).catch(() => undefined);
		}
	}

	resolve(
		image: ImageRequest,
		note: (text: string) => void,
		signal: AbortSignal,
	) {
		return this.#do((runtime) => runtime.resolve(image, note, signal));
	}

	launch(job: Job, signal: AbortSignal, first?: FirstStart) {
		return this.#do((runtime) => runtime.launch(job, signal, first));
	}

	wait(name: ContainerName, signal: AbortSignal) {
		return this.#do((runtime) => runtime.wait(name, signal));
	}

	stop(name: ContainerName, graceMs: number, signal?: AbortSignal) {
		return this.#do((runtime) => runtime.stop(name, graceMs, signal));
	}

	async *logs(
		name: ContainerName,
		from: LogCursor,
		signal: AbortSignal,
	): AsyncIterable<LogPiece> {
		const opened = this.ready();
		try {
			yield* (await opened).logs(name, from, signal);
		} catch (error) {
			throw this.#seen(error, opened);
		}
	}

	remove(name: ContainerName, signal?: AbortSignal) {
		return this.#do((runtime) => runtime.remove(name, signal));
	}

	list() {
		return this.#do((runtime) => runtime.list());
	}

	strays() {
		return this.#do((runtime) => runtime.strays());
	}

	removeStray(stray: Stray) {
		return this.#do((runtime) => runtime.removeStray(stray));
	}

	/** Waits a moment for one that is being opened, which may have a container to take away that it looked through; if it takes longer it is closed when it is there. */
	async close() {
		this.#isClosed = true;
		const late = this.#opened?.then(
			(runtime) => runtime.close(),
			() => undefined,
		);
		const patience = new AbortController();
		const { signal } = patience;
		const tired = sleep(OPENING_MS, undefined, { signal }).catch(() => {});
		await Promise.race([late, tired]);
		patience.abort();
	}

	async #do<T>(verb: (runtime: Runtime) => Promise<T>): Promise<T> {
		const opened = this.ready();
		try {
			return await verb(await opened);
		} catch (error) {
			throw this.#seen(error, opened);
		}
	}

	#seen(error: unknown, opened: Promise<Runtime>): unknown {
		if (error instanceof RuntimeReplaced && this.#opened === opened)
			this.#opened = null;
		return error;
	}
}

const LONGEST_PAUSE_MS = 30_000;

/** Whoever stops berth waits about a second. */
const OPENING_MS = 400;

function unusable(error: unknown): RuntimeUnusable {
	const message = error instanceof Error ? error.message : String(error);
	return new RuntimeUnusable(message, { cause: error });
}
