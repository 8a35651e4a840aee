/** Bytes between a socket that must be read and a reader that takes its time. Copies them into pages that are used again and again. */
export class ByteQueue {
	#heard: Heard[] = [];
	#pages: Buffer[] = [];
	#page: Buffer | null = null;
	#filled = 0;

	/** How much memory it holds. */
	get size(): number {
		return this.#pages.length * PAGE_BYTES;
	}

	get isEmpty(): boolean {
		return this.#heard.length === 0;
	}

	push(bytes: Buffer, at: number): void {
		for (let done = 0; done < bytes.length; ) {
			const page = this.#pageWithRoom();
			const from = this.#filled;
			const count = bytes.copy(page, from, done);
			this.#filled += count;
			done += count;
			this.#note(page, from, at);
		}
	}

	/** All that was heard. The bytes are good until they are let go. */
	take(): Taken {
		const [heard, pages] = [this.#heard, this.#pages];
		this.#heard = [];
		this.#pages = [];
		this.#page = null;
		return { heard, letGo: () => keepSpare(pages) };
	}

	#pageWithRoom(): Buffer {
		if (this.#page && this.#filled < PAGE_BYTES) return this.#page;
		const page = spare.pop() ?? Buffer.allocUnsafeSlow(PAGE_BYTES);
		this.#pages.push(page);
		this.#page = page;
		this.#filled = 0;
		return page;
	}

	/** What was heard in the same millisecond is one. */
	#note(page: Buffer, from: number, at: number): void {
		const last = this.#heard.at(-1);
		if (last?.at === at && last.page === page)
			last.bytes = page.subarray(last.from, this.#filled);
		else {
			const bytes = page.subarray(from, this.#filled);
			this.#heard.push({ bytes, at, page, from });
		}
	}
}

export interface Taken {
	readonly heard: readonly {
		readonly bytes: Buffer;
		/** Milliseconds since the epoch. */
		readonly at: number;
	}[];
	readonly letGo: () => void;
}

interface Heard {
	bytes: Buffer;
	readonly at: number;
	readonly page: Buffer;
	readonly from: number;
}

const PAGE_BYTES = 64 * 1024;

/** Shared by all. */
const spare: Buffer[] = [];
const MOST_SPARE = 32;

function keepSpare(pages: readonly Buffer[]): void {
	for (const page of pages) if (spare.length < MOST_SPARE) spare.push(page);
}
