/** Work that several want at once, done once. It is given up when the last of them has let go. */
export class Flight<T> {
	readonly #stop = new AbortController();
	readonly #work: Promise<T>;
	#waiting = 0;

	constructor(work: (signal: AbortSignal) => Promise<T>) {
		this.#work = work(this.#stop.signal);
		// Whoever waits hears of it; that nobody waits any more is no surprise.
		this.#work.catch(() => undefined);
	}

	async join(signal: AbortSignal): Promise<T> {
		this.#waiting += 1;
		try {
			return await unlessAborted(this.#work, signal);
		} finally {
			this.#waiting -= 1;
			if (this.#waiting === 0) this.#stop.abort(GIVEN_UP);
		}
	}
}

/** One for all: making an error each time would cost more than it tells. */
const GIVEN_UP = new Error("Nobody waits for it any more.");

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
	return new Promise((resolve, reject) => {
		const abort = () => reject(signal.reason);
		if (signal.aborted) return abort();
		signal.addEventListener("abort", abort, { once: true });
		work.then(resolve, reject).finally(() => {
			signal.removeEventListener("abort", abort);
		});
	});
}
