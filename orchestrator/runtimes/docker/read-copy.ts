import { setTimeout as sleep } from "node:timers/promises";
import type { LogCursor, LogFrame, LogPiece, LogPlace } from "../log-port.ts";
import { byTime, findPlace } from "./find-place.ts";
import { LogFrames, type Places, since } from "./log-frames.ts";
import { type Ask, type Copy, read } from "./read-pieces.ts";

/**
 * A container's log from the cursor to its end, as the engine has stored it. Following ends with the container and may leave out its last
 * lines, so the engine is asked for these once more. It also ends with an engine that is restarted, and the next one answers just as well
 * while the container goes on: what is read is the end only if the container was over before.
 */
export async function* readCopy(
	from: LogCursor,
	copy: Copy,
): AsyncGenerator<LogPiece> {
	const { ask, isOver, signal } = copy;
	let places = exactly(from) ?? (yield* findPlace(copy, from));
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

/** Null when a stream's end is known only by its bytes. */
function exactly({ stdout, stderr }: LogCursor): Places | null {
	if (stdout?.frames === 0 || stderr?.frames === 0) return null;
	return { stdout: seenOf(stdout), stderr: seenOf(stderr) };
}

const seenOf = (place: LogPlace | null): Places["stdout"] =>
	place && { time: place.time, nth: place.frames, isUncounted: false };

const PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
