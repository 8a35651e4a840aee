import { setTimeout as sleep } from "node:timers/promises";
import type { LogCursor, LogPiece, LogPlace, Stream } from "../log-port.ts";
import {
	type Cut,
	type Known,
	KnownByBytes,
	KnownByClock,
	KnownByTime,
} from "./known.ts";
import { LogFrames, type Places } from "./log-frames.ts";
import { type Copy, GAP, read } from "./read-pieces.ts";

/**
 * Reads what there is now, past what is known by its bytes. The engine's copy may lag a little behind what was heard. What it has not after
 * a while, or has something else in place of, it has lost when it died, which the moment of that tells; or it has dropped its
 * beginning: then the clock must do.
 */
export async function* findPlace(
	{ ask, hearing, signal }: Copy,
	from: LogCursor,
): AsyncGenerator<LogPiece, Places> {
	let known = knownBy((stream) => byBytes(from[stream]));
	for (let trial = 0; ; trial++) {
		const log = new LogFrames(known);
		yield* read(ask({}), log);
		const left = STREAMS.filter((stream) => isSought(known[stream]));
		if (trial === TRIALS && left.some((stream) => isByBytes(known[stream])))
			yield GAP; // nothing has come after what the engine lost
		if (left.length === 0 || trial === TRIALS) return log.places;
		if (left.some((stream) => isOther(known[stream]))) trial = TRIALS - 1;
		else await sleep(PAUSE_MS * 2 ** trial, undefined, { signal });
		const isLast = trial === TRIALS - 1;
		const [before, { places }] = [known, log];
		known = knownBy((stream) => {
			if (!left.includes(stream)) return byTime(places)[stream];
			return isLast
				? atLast(from[stream], before[stream], hearing?.cutOf(stream) ?? null)
				: byBytes(from[stream]);
		});
	}
}

/** What is known, where its bytes do not tell: by the moment at which the engine died, if it did, else by the clock. */
function atLast(
	place: LogPlace | null,
	before: Known | null,
	cut: Cut | null,
): Known | null {
	const isSame =
		cut && before instanceof KnownByBytes && before.beginsAs(cut.begin);
	if (!place) return null;
	return isSame ? new KnownByBytes(place, cut.at) : new KnownByClock(place);
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

const byBytes = (place: LogPlace | null) => place && new KnownByBytes(place);

const isByBytes = (known: Known | null) => known instanceof KnownByBytes;

const isOther = (known: Known | null): boolean =>
	known instanceof KnownByBytes && known.isOther;

/** Not met, and nothing new was told after it. */
const isSought = (known: Known | null): boolean =>
	known?.isMet === false &&
	!(known instanceof KnownByBytes && known.isCutShort);
