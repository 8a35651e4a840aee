import { unreachable } from "./engine-errors.ts";

/** How long the engine may be silent. Slow ones take half a minute for an answer. */
export interface Patience {
	/** To an ordinary question, and to a ping. */
	readonly answerMs: number;
	/** While somebody waits for what may take for ever, before it is pinged. */
	readonly quietMs: number;
}

export const PATIENCE: Patience = { answerMs: 120_000, quietMs: 60_000 };

/** One who waits for an answer. */
export interface Listening {
	/** Raised, with RuntimeUnreachable, when the engine does not answer any more. */
	readonly signal: AbortSignal;
	heard(): void;
	end(): void;
}

/**
 * Tells an engine that hangs from one that has nothing to say. An ordinary question is answered within some time. A task may run
 * for days without a word: while anybody waits for that, and nothing at all was heard for a while, the engine is pinged over a
 * connection of its own, once for all who wait.
 */
export class Pulse {
	readonly #ping: (limitMs: number) => Promise<unknown>;
	readonly #patience: Patience;
	readonly #waiting = new Set<AbortController>();
	#heardAt = 0;
	#timer: NodeJS.Timeout | null = null;

	constructor(
		ping: (limitMs: number) => Promise<unknown>,
		patience: Patience = PATIENCE,
	) {
		this.#ping = ping;
		this.#patience = patience;
	}

	/** For a question that is answered soon: silence is trouble. */
	short(): Listening {
		const { answerMs } = this.#patience;
		const silence = new AbortController();
		const giveUp = (): void => silence.abort(silentFor(answerMs));
		const timer = setTimeout(giveUp, answerMs);
		return {
			signal: silence.signal,
			heard: () => {
				this.#heard();
				timer.refresh();
			},
			end: () => clearTimeout(timer),
		};
	}

	/** For one that may take as long as it likes. */
	long(): Listening {
		const silence = new AbortController();
		if (this.#waiting.size === 0) this.#heard();
		this.#waiting.add(silence);
		this.#timer ??= this.#lookIn(this.#patience.quietMs);
		return {
			signal: silence.signal,
			heard: () => this.#heard(),
			end: () => this.#left(silence),
		};
	}

	#heard(): void {
		this.#heardAt = performance.now();
	}

	#left(silence: AbortController): void {
		this.#waiting.delete(silence);
		if (this.#waiting.size > 0 || !this.#timer) return;
		clearTimeout(this.#timer);
		this.#timer = null;
	}

	#lookIn(ms: number): NodeJS.Timeout {
		return setTimeout(() => void this.#look(), ms).unref();
	}

	/** Whoever began to wait while the engine was pinged learns of it, too. */
	async #look(): Promise<void> {
		const { quietMs, answerMs } = this.#patience;
		const quiet = (): number => performance.now() - this.#heardAt;
		if (quiet() >= quietMs) {
			const answers = await this.#ping(answerMs).then(
				() => true,
				() => false,
			);
			if (answers) this.#heard();
			else if (quiet() >= quietMs) this.#giveUp(silentFor(answerMs));
		}
		this.#timer =
			this.#waiting.size > 0
				? this.#lookIn(Math.max(quietMs - quiet(), quietMs / 10))
				: null;
	}

	#giveUp(why: Error): void {
		for (const silence of this.#waiting) silence.abort(why);
		this.#waiting.clear();
	}
}

const silentFor = (ms: number): Error =>
	unreachable(`it took a question, and was silent for ${ms / 1000} s`);
