/** What is wrong with whom: told again only in other words, and tried again ever less often. */
export class Troubles {
	readonly #tell: (text: string) => void;
	readonly #known = new Map<string, { text: string; times: number }>();

	constructor(tell: (text: string) => void) {
		this.#tell = tell;
	}

	/** It is so (still, or again); in how many milliseconds to try next. */
	met(who: string, text: string): number {
		const known = this.#known.get(who);
		if (known?.text !== text) this.#tell(text);
		const times = (known?.times ?? 0) + 1;
		this.#known.set(who, { text, times });
		return Math.min(FIRST_MS * 2 ** (times - 1), LONGEST_MS);
	}

	has(who: string): boolean {
		return this.#known.has(who);
	}

	over(who: string): void {
		this.#known.delete(who);
	}
}

const FIRST_MS = 60_000;
const LONGEST_MS = 15 * 60_000;
