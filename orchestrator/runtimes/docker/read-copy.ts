import { setTimeout as sleep } from "node:timers/promises";
import type {
	LogCursor,
	LogFrame,
	LogPiece,
	LogPlace,
	Stream,
} from "../log-port.ts";
import {
	type Known,
	KnownByBytes,
	KnownByClock,
	KnownByTime,
} from "./known.ts";
import { LogFrames, type Places, since } from "./log-frames.ts";

/** Asks the engine for its copy of a container's log. */
export type Ask = (query: {
	follow?: string;
	since?: string;
	tail?: number;
}) => AsyncIterable<Buffer>;

export interface Copy {
	readonly ask: Ask;
	/** Has the container ended, or is it gone? */
	readonly isOver: () => Promise<boolean>;
	readonly signal: AbortSignal;
}

/**
 * A container's log from the cursor to its end, as the engine has stored it. Following ends with the container and may leave out its last
 * lines, so the engine is asked for these once more. It also ends with an engine that is restarted, and the next one answers just as well
 * while the container goes on: what is read is the end only if the container was over before.
 */
export async function* readCopy(
	from: LogCursor,
	{ ask, isOver, signal }: Copy,
): AsyncGenerator<LogPiece> {
	const exact = exactly(from);
	let places = exact ?? (yield* findPlace(ask, from, signal));
	for (let pause = PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
		const followed = new LogFrames(byTime(places));
		yield* read(ask({ follow: "1", ...since(places) }), followed);
		places = followed.places;
		if (await isOver()) return yield* readLast(ask, places);
		await sleep(pause, undefined, { signal });
	}
}

async function* readLast(ask: Ask, places: Places): AsyncGenerator<LogPiece> {
	for (const tail of TAILS) {
		const last = new LogFrames(byTime(places));
		const frames: LogFrame[] = [];
		for await (const piece of ask({ tail })) frames.push(...last.push(piece));
		if (last.reachesBack(tail)) return yield { kind: "frames", frames };
	}
	yield* read(ask(since(places)), new LogFrames(byTime(places)));
}

/** How many of the last messages are asked for, until they reach back to what is known; after these, all. */
const TAILS = [64, 1024];

async function* read(
	pieces: AsyncIterable<Buffer>,
	log: LogFrames,
): AsyncGenerator<LogPiece, void> {
	let isTold = false;
	for await (const piece of pieces) {
		const frames = log.push(piece);
		if (log.hasGap && !isTold) {
			isTold = true;
			yield { kind: "gap", why: DROPPED };
		}
		if (frames.length > 0) yield { kind: "frames", frames };
	}
}

/** Null when a stream's end is known only by its bytes. */
function exactly({ stdout, stderr }: LogCursor): Places | null {
	if (stdout?.frames === 0 || stderr?.frames === 0) return null;
	return { stdout: seenOf(stdout), stderr: seenOf(stderr) };
}

const seenOf = (place: LogPlace | null): Places["stdout"] =>
	place && { time: place.time, nth: place.frames, isUncounted: false };

const byTime = (places: Places): Knowns =>
	knownBy((stream) => {
		const seen = places[stream];
		return seen && new KnownByTime(seen);
	});

/**
 * Reads what there is now, past what is known by its bytes. The engine's copy may lag a little behind what was heard; what it has not
 * after a while, or has not any more, it has dropped: then the clock must do.
 */
async function* findPlace(
	ask: Ask,
	from: LogCursor,
	signal: AbortSignal,
): AsyncGenerator<LogPiece, Places> {
	let known = knownBy((stream) => byBytes(from[stream]));
	for (let trial = 0; ; trial++) {
		const log = new LogFrames(known);
		yield* read(ask({}), log);
		const left = STREAMS.filter((stream) => known[stream]?.isMet === false);
		if (left.length === 0 || trial === TRIALS) return log.places;
		const isHopeless = left.some((stream) => isOther(known[stream]));
		if (isHopeless) trial = TRIALS - 1;
		else await sleep(PAUSE_MS * 2 ** trial, undefined, { signal });
		const last = trial === TRIALS - 1;
		const { places } = log;
		known = knownBy((stream) => {
			if (!left.includes(stream)) return byTime(places)[stream];
			return last ? byClock(from[stream]) : byBytes(from[stream]);
		});
	}
}

type Knowns = Readonly<Record<Stream, Known | null>>;

const STREAMS = ["stdout", "stderr"] as const;
const TRIALS = 4;
const PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

const knownBy = (of: (stream: Stream) => Known | null): Knowns => ({
	stdout: of("stdout"),
	stderr: of("stderr"),
});

const byBytes = (place: LogPlace | null) => place && new KnownByBytes(place);

const byClock = (place: LogPlace | null) => place && new KnownByClock(place);

const isOther = (known: Known | null): boolean =>
	known instanceof KnownByBytes && known.isOther;

const DROPPED =
	"the engine does not have all of this log any more, so lines may be missing, or told twice, about here";
