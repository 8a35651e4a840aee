/** What is wrong with whom: told again only in other words, and tried again ever less often. */
export class Troubles {
	readonly #tell: (text: string) => void;
	readonly #pauses: Pauses;
	readonly #known = new Map<string, { text: string; times: number }>();

	constructor(tell: (text: string) => void, pauses: Pauses = MINUTES) {
		this.#tell = tell;
		this.#pauses = pauses;
	}

	/** It is so (still, or again); in how many milliseconds to try next. */
	met(who: string, text: string): number {
		const known = this.#known.get(who);
		if (known?.text !== text) this.#tell(text);
		const times = (known?.times ?? 0) + 1;
		this.#known.set(who, { text, times });
		const { firstMs, longestMs } = this.#pauses;
		return Math.min(firstMs * 2 ** (times - 1), longestMs);
	}

	has(who: string): boolean {
		return this.#known.has(who);
	}

	/** Whether there was any. */
	over(who: string): boolean {
		return this.#known.delete(who);
	}

	/** What is wrong now, in sentences. */
	present(): readonly string[] {
		return [...this.#known.values()].map(({ text }) => text);
	}
}

/** How long to wait before trying again. */
export interface Pauses {
	readonly firstMs: number;
	readonly longestMs: number;
}

const MINUTES: Pauses = { firstMs: 60_000, longestMs: 15 * 60_000 };
