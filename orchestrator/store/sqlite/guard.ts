import type { StoreUnavailable } from "../trouble-port.ts";
import { inWords } from "./trouble.ts";

/** Lets nothing through to a database that was found damaged but reading, and tells storage trouble in words. */
export class Guard {
	readonly #file: string;
	#damage: StoreUnavailable | null = null;

	constructor(file: string) {
		this.#file = file;
	}

	/** What was found damaged; null while nothing was. */
	get damage(): StoreUnavailable | null {
		return this.#damage;
	}

	read<T>(work: () => T): T {
		try {
			return work();
		} catch (error) {
			throw this.told(error);
		}
	}

	/** What is written on top of damage may make it worse. */
	write<T>(work: () => T): T {
		if (this.#damage) throw this.#damage;
		return this.read(work);
	}

	/** The error in words; damage is remembered. */
	told(error: unknown): unknown {
		const told = inWords(this.#file, error);
		if (isDamage(told)) this.#damage ??= told;
		return told;
	}
}

const isDamage = (error: unknown): error is StoreUnavailable =>
	error instanceof Error && "kind" in error && error.kind === "damaged";
