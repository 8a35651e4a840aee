import type { LogFrame, LogPlace, Stream } from "../log-port.ts";

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
	/** The engine died before it had stored all that was heard: what follows is new, although it stands where known bytes would. */
	isCutShort = false;
	readonly #place: LogPlace;
	readonly #cutAt: string | null;
	#left: number;
	#begin = "";
	#end = "";

	/** `cutAt`: the engine has died then, so what is of later is from its next life. */
	constructor(place: LogPlace, cutAt: string | null = null) {
		this.#place = place;
		this.#cutAt = cutAt;
		this.#left = place.bytes;
	}

	get isMet(): boolean {
		return this.#left === 0 && !this.isOther && !this.isCutShort;
	}

	newOf({ time, bytes }: Message): Buffer | null {
		if (this.isOther) return null;
		if (this.#left === 0) return bytes;
		if (this.#cutAt !== null && inMilliseconds(time) > this.#cutAt) {
			this.isCutShort = true;
			return bytes;
		}
		const old = bytes.subarray(0, this.#left);
		this.#pass(old);
		const isNew = old.length < bytes.length && !this.isOther;
		return isNew ? bytes.subarray(old.length) : null;
	}

	/** Does the log begin as what was heard did? Else its beginning was dropped, and bytes count for nothing. */
	beginsAs(begin: string): boolean {
		return begin.startsWith(this.#begin);
	}

	#pass(old: Buffer): void {
		this.#left -= old.length;
		if (this.#begin.length < SHOWN)
			this.#begin = (this.#begin + head(old)).slice(0, SHOWN);
		const end = old.subarray(-SHOWN).toString("latin1");
		this.#end = (this.#end + end).slice(-SHOWN);
		if (this.#left > 0 || this.#end === this.#place.end) return;
		if (this.#cutAt === null) this.isOther = true;
		else this.isCutShort = true;
	}
}

/** As much of a stream's beginning and end as is remembered, in bytes. */
const SHOWN = 64;

/** A character for each byte. */
const head = (bytes: Uint8Array): string =>
	Buffer.from(bytes.subarray(0, SHOWN)).toString("latin1");

/** The line to the engine was cut while a stream was heard: the engine may have died, and what it had not stored by then with it. */
export interface Cut {
	/** RFC 3339, with milliseconds. If it died then, what it stored later is from its next life. */
	readonly at: string;
	/** The first bytes that the stream had said. */
	readonly begin: string;
}

/** What is remembered of hearing a container, for as long as it is there. */
export class Hearing {
	readonly #now: () => number;
	#cutAt: string | null = null;
	readonly #begins: Record<Stream, string> = { stdout: "", stderr: "" };

	/** `now`: in milliseconds. */
	constructor(now: () => number) {
		this.#now = now;
	}

	/** The line to the engine is cut now. */
	cut(): void {
		this.#cutAt ??= new Date(this.#now()).toISOString();
	}

	heard({ stream, bytes }: LogFrame): void {
		const begin = this.#begins[stream];
		if (begin.length >= SHOWN) return;
		this.#begins[stream] = (begin + head(bytes)).slice(0, SHOWN);
	}

	/** Null when the line held. */
	cutOf(stream: Stream): Cut | null {
		const at = this.#cutAt;
		return at === null ? null : { at, begin: this.#begins[stream] };
	}
}

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
