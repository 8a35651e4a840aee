import type { LogFrame } from "../runtimes/port.ts";
import type { OpenLog } from "../store/logs-port.ts";

/** Store frames as they come. Throws LogUnreadable when they break off, and as it is what the store throws. */
export async function pumpLog(
	frames: AsyncIterable<LogFrame>,
	log: Pick<OpenLog, "append">,
	onStored: () => void,
): Promise<void> {
	const batches = new Batches(log, onStored);
	try {
		for await (const frame of frames) batches.take(frame);
	} catch (error) {
		if (batches.failure) throw batches.failure.error;
		batches.flush();
		throw new LogUnreadable(
			error instanceof Error ? error.message : String(error),
			{ cause: error },
		);
	}
	batches.flush();
}

/** The runtime could not go on with reading a log. */
export class LogUnreadable extends Error {
	override readonly name = "LogUnreadable";
}

/** Writes frames in batches: when one is full, or when nothing more is at hand. */
class Batches {
	/** What the store threw. */
	failure: { readonly error: unknown } | null = null;
	readonly #log: Pick<OpenLog, "append">;
	readonly #onStored: () => void;
	#frames: LogFrame[] = [];
	#bytes = 0;
	#timer: NodeJS.Immediate | null = null;

	constructor(log: Pick<OpenLog, "append">, onStored: () => void) {
		this.#log = log;
		this.#onStored = onStored;
	}

	take(frame: LogFrame): void {
		if (this.failure) throw this.failure.error;
		this.#frames.push(frame);
		this.#bytes += frame.bytes.length + FRAME_BYTES;
		if (this.#bytes >= BATCH_BYTES) this.flush();
		else this.#timer ??= setImmediate(() => this.#flushLater());
	}

	flush(): void {
		if (this.failure) throw this.failure.error;
		if (this.#timer) clearImmediate(this.#timer);
		this.#timer = null;
		const frames = this.#frames;
		this.#frames = [];
		this.#bytes = 0;
		if (frames.length === 0) return;
		try {
			this.#log.append(frames);
			this.#onStored();
		} catch (error) {
			this.failure = { error };
			throw error;
		}
	}

	/** Nobody can catch what is thrown between two frames: the next one, or the end, throws it. */
	#flushLater(): void {
		try {
			this.flush();
		} catch {}
	}
}

/** About as much as one write should carry. */
const BATCH_BYTES = 64 * 1024;

/** What a frame costs beside its bytes. */
const FRAME_BYTES = 40;
