import { createHash } from "node:crypto";

/** A stream of random numbers that depends on nothing but its name: sfc32 (C. Doty-Humphrey, PractRand), seeded by SHA-256 of the name. */
export class Random {
	readonly #state: Uint32Array;

	constructor(name: string) {
		const digest = createHash("sha256").update(name).digest();
		this.#state = Uint32Array.from([0, 4, 8, 12], (at) =>
			digest.readUInt32LE(at),
		);
		for (let i = 0; i < 15; i++) this.#next();
	}

	/** Uniform in [0, 1), with 53 random bits. */
	uniform(): number {
		const high = this.#next() >>> 5;
		const low = this.#next() >>> 6;
		return (high * 2 ** 26 + low) / 2 ** 53;
	}

	/** Uniform among 0 … below - 1. */
	below(below: number): number {
		return Math.floor(this.uniform() * below);
	}

	/** Fisher-Yates, in place. */
	shuffle<T>(items: T[]): T[] {
		for (let last = items.length - 1; last > 0; last--) {
			const other = this.below(last + 1);
			[items[last], items[other]] = [items[other] as T, items[last] as T];
		}
		return items;
	}

	#next(): number {
		const [a = 0, b = 0, c = 0, count = 0] = this.#state;
		const sum = (a + b + count) | 0;
		this.#state[0] = b ^ (b >>> 9);
		this.#state[1] = (c + (c << 3)) | 0;
		this.#state[2] = (((c << 21) | (c >>> 11)) + sum) | 0;
		this.#state[3] = (count + 1) | 0;
		return sum >>> 0;
	}
}
