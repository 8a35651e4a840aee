/** One by one what comes in batches. Delegating from generator to generator would cost several promises for each; this costs one. */
export function flatten<T>(
	batches: AsyncGenerator<readonly T[]>,
): AsyncIterable<T> {
	return { [Symbol.asyncIterator]: () => new OneByOne(batches) };
}

class OneByOne<T> implements AsyncIterator<T> {
	readonly #batches: AsyncGenerator<readonly T[]>;
	#batch: Iterator<T> = [].values();

	constructor(batches: AsyncGenerator<readonly T[]>) {
		this.#batches = batches;
	}

	next(): Promise<IteratorResult<T>> {
		const item = this.#batch.next();
		return item.done ? this.#refill() : Promise.resolve(item);
	}

	async return(): Promise<IteratorResult<T>> {
		await this.#batches.return(undefined);
		return END;
	}

	async #refill(): Promise<IteratorResult<T>> {
		for (;;) {
			const batch = await this.#batches.next();
			if (batch.done) return END;
			this.#batch = batch.value.values();
			const item = this.#batch.next();
			if (!item.done) return item;
		}
	}
}

const END = { done: true, value: undefined } as const;
