import { setTimeout as sleep } from "node:timers/promises";
import type { LogCursor, LogPiece, LogPlace, Stream } from "../log-port.ts";
import {
	type Known,
	KnownByBytes,
	KnownByClock,
	KnownByTime,
} from "./known.ts";
import { LogFrames, type Places } from "./log-frames.ts";
import { type Copy, GAP, read } from "./read-pieces.ts";

/**
 * Reads what there is now, past what is known by its bytes. The engine's copy may lag a little behind what was heard; what it has not
 * after a while it has lost, when it died meanwhile. Else it has dropped it: then the clock must do.
 */
export async function* findPlace(
	{ ask, hearing, signal }: Copy,
	from: LogCursor,
): AsyncGenerator<LogPiece, Places> {
	const cutOf = (stream: Stream) => hearing?.cutOf(stream) ?? null;
	const byBytes = (stream: Stream): Known | null => {
		const place = from[stream];
		return place && new KnownByBytes(place, cutOf(stream));
	};
	let known = knownBy(byBytes);
	for (let trial = 0; ; trial++) {
		const log = new LogFrames(known);
		yield* read(ask({}), log);
		const left = STREAMS.filter((stream) => isSought(known[stream]));
		if (trial === TRIALS && left.some((stream) => isByBytes(known[stream])))
			yield GAP;
		if (left.length === 0 || trial === TRIALS) return log.places;
		const others = left.filter((stream) => isOther(known[stream]));
		if (others.length > 0) trial = TRIALS - 1;
		else await sleep(PAUSE_MS * 2 ** trial, undefined, { signal });
		const last = trial === TRIALS - 1;
		const { places } = log;
		known = knownBy((stream) => {
			if (!left.includes(stream)) return byTime(places)[stream];
			const isCut = cutOf(stream) !== null && !others.includes(stream);
			return last && !isCut ? byClock(from[stream]) : byBytes(stream);
		});
	}
}

/** Known by the places of the last messages. */
export const byTime = (places: Places): Knowns =>
	knownBy((stream) => {
		const seen = places[stream];
		return seen && new KnownByTime(seen);
	});

type Knowns = Readonly<Record<Stream, Known | null>>;

const STREAMS = ["stdout", "stderr"] as const;
const TRIALS = 4;
const PAUSE_MS = 100;

const knownBy = (of: (stream: Stream) => Known | null): Knowns => ({
	stdout: of("stdout"),
	stderr: of("stderr"),
});

const byClock = (place: LogPlace | null) => place && new KnownByClock(place);

const isByBytes = (known: Known | null) => known instanceof KnownByBytes;

const isOther = (known: Known | null): boolean =>
	known instanceof KnownByBytes && known.isOther;

/** Not met, and nothing new was told after it. */
const isSought = (known: Known | null): boolean =>
	known?.isMet === false &&
	!(known instanceof KnownByBytes && known.isCutShort);
