import type { Stamp } from "./file-changes.ts";
import { Flight } from "./flight.ts";
import { digestsOf } from "./hash-pool.ts";

/** Path → sha256. */
export type Digests = ReadonlyMap<string, string>;

/** Reads files to hash them; two who want the same one at the same time read it once. */
export class SharedReading {
	readonly #data: string;
	readonly #flights = new Map<string, Flight<Digests>>();

	constructor(data: string) {
		this.#data = data;
	}

	/** What others are reading is waited for, and read here when they give up or fail; the rest is read in one go. */
	async read(stamps: readonly Stamp[], signal: AbortSignal): Promise<Digests> {
		const flights = new Set<Flight<Digests>>();
		const rest: Stamp[] = [];
		for (const stamp of stamps) {
			const flight = this.#flights.get(keyOf(stamp));
			if (flight) flights.add(flight);
			else rest.push(stamp);
		}
		const read = await Promise.all([
			this.#own(rest, signal),
			...Array.from(flights, (flight) => flight.join(signal).catch(nothing)),
		]);
		const all = new Map(read.flatMap((digests) => [...digests]));
		const missing = stamps.filter(({ path }) => !all.has(path));
		const late = await this.#own(missing, signal);
		return new Map([...all, ...late]);
	}

	async #own(stamps: readonly Stamp[], signal: AbortSignal): Promise<Digests> {
		signal.throwIfAborted();
		return stamps.length === 0 ? nothing() : this.#begin(stamps).join(signal);
	}

	#begin(stamps: readonly Stamp[]): Flight<Digests> {
		const flight = new Flight<Digests>(async (signal) => {
			try {
				const digests = await digestsOf(this.#data, stamps, signal);
				if ("kind" in digests) throw new Unlike(digests.message);
				return digests;
			} finally {
				this.#end(stamps, flight);
			}
		});
		for (const stamp of stamps) this.#flights.set(keyOf(stamp), flight);
		return flight;
	}

	#end(stamps: readonly Stamp[], flight: Flight<Digests>): void {
		for (const key of stamps.map(keyOf))
			if (this.#flights.get(key) === flight) this.#flights.delete(key);
	}
}

/** A file has another size than its stamp says. */
export class Unlike extends Error {}

const nothing = (): Digests => new Map();

const keyOf = ({ path, ino, size, mtimeMs, ctimeMs }: Stamp): string =>
	[path, ino, size, mtimeMs, ctimeMs].join("\0");
