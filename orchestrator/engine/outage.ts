/** The runtime does not answer: told once for all who wait for it, and again only in other words; and that it is over. */
export class Outage {
	readonly #tell: (text: string) => void;
	readonly #told = new Set<string>();

	constructor(tell: (text: string) => void) {
		this.#tell = tell;
	}

	met(text: string): void {
		if (this.#told.has(text)) return;
		this.#told.add(text);
		this.#tell(text);
	}

	/** It answered. */
	over(): void {
		if (this.#told.size === 0) return;
		this.#told.clear();
		this.#tell("The runtime answers again; what waited for it goes on.");
	}
}

/** Of what the runtime says about itself. */
export const waitingFor = (words: string): string =>
	`Waiting for the runtime: ${words.replace(/\.$/, "")}.`;
