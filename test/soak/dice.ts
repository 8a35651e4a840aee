import { createHash } from "node:crypto";

/**
 * Chance that can be had again: the same seed gives the same throws. Each purpose has dice of its own, so that the moments at which
 * one is thrown change nothing for the others.
 */
export class Dice {
	#state: number;

	constructor(seed: number, purpose: string) {
		const digest = createHash("sha256").update(`${seed} ${purpose}`).digest();
		this.#state = digest.readUInt32LE(0);
	}

	/** From 0 up to, but not, 1: mulberry32. */
	next(): number {
		this.#state = (this.#state + 0x6d2b79f5) | 0;
		let t = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
	}

	between(low: number, high: number): number {
		return low + this.next() * (high - low);
	}

	pick<T>(items: readonly T[]): T | undefined {
		return items[Math.floor(this.next() * items.length)];
	}
}
