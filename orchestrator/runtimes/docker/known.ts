import type { LogPlace } from "../log-port.ts";

/** A message of the engine's log. */
export interface Message {
	readonly time: string;
	/** Which of the messages of its time it is, from 1. */
	readonly nth: number;
	readonly bytes: Buffer;
}

/** The last message of a stream that was seen. */
export interface Seen {
	readonly time: string;
	/** How many messages of that time were seen. */
	readonly nth: number;
	/** Nobody who stores them knows how many: some were heard, not read. */
	readonly isUncounted: boolean;
}

/** What is known of a stream already, and not to be told again. Asked about each message, in order, until one has something new. */
export interface Known {
	/** What of the message is new; null when nothing is. */
	newOf(message: Message): Buffer | null;
	/** Was the end of what is known met, so that nothing is missing between it and what is new? */
	readonly isMet: boolean;
	/** The last that is known, by its time and number; null when it is known otherwise. */
	readonly seen: Seen | null;
}

/** Known by the engine's own time of the last message, and how many of that time. */
export class KnownByTime implements Known {
	readonly seen: Seen;
	isMet = false;

	constructor(seen: Seen) {
		this.seen = seen;
	}

	newOf({ time, nth, bytes }: Message): Buffer | null {
		const last = this.seen;
		if (time > last.time) return bytes;
		if (time === last.time) this.isMet = true;
		return time < last.time || nth <= last.nth ? null : bytes;
	}
}

/** Known by its length, because it was heard and not read: so many bytes from the stream's beginning. */
export class KnownByBytes implements Known {
	readonly seen = null;
	/** Something else stands at the end of what is known: the engine has dropped the log's beginning. */
	isOther = false;
	readonly #place: LogPlace;
	#left: number;
	#end = "";

	constructor(place: LogPlace) {
		this.#place = place;
		this.#left = place.bytes;
	}

	get isMet(): boolean {
		return this.#left === 0 && !this.isOther;
	}

	newOf({ bytes }: Message): Buffer | null {
		if (this.isOther) return null;
		if (this.#left === 0) return bytes;
		const old = bytes.subarray(0, this.#left);
		this.#left -= old.length;
		const end = old.subarray(-END).toString("latin1");
		this.#end = (this.#end + end).slice(-END);
		if (this.#left === 0 && this.#end !== this.#place.end) this.isOther = true;
		const isNew = old.length < bytes.length && !this.isOther;
		return isNew ? bytes.subarray(old.length) : null;
	}
}

/** As much of the end as a place remembers. */
const END = 64;

/** Known by the time at which its last was heard, because nothing better is left. */
export class KnownByClock implements Known {
	readonly seen = null;
	readonly isMet = false;
	readonly #until: string;

	constructor({ time }: Pick<LogPlace, "time">) {
		this.#until = inMilliseconds(time);
	}

	newOf({ time, bytes }: Message): Buffer | null {
		return inMilliseconds(time) > this.#until ? bytes : null;
	}
}

/** `…:00.123456789Z` as `…:00.123Z`. */
export const inMilliseconds = (time: string): string => `${time.slice(0, 23)}Z`;
