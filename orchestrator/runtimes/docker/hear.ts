import type { LogCursor, LogFrame, LogPiece, LogPlace } from "../log-port.ts";
import { placeAfter } from "../log-port.ts";
import { Demultiplexer } from "./demultiplex.ts";
import type { Heard } from "./is-heard-whole.ts";
import { WholeLines } from "./whole-lines.ts";

/** What the container says from its start on, as it is heard; answers with how much that was. */
export async function* hear(
	{ socket, hearing }: Pick<Heard, "socket" | "hearing">,
	signal: AbortSignal,
): AsyncGenerator<LogPiece, LogCursor> {
	const streams = new Demultiplexer();
	const lines = new WholeLines();
	const stamp = risingStamps();
	let places: LogCursor = { stdout: null, stderr: null };
	try {
		for (;;) {
			const taken = await socket.take(signal, lines.until);
			for (const { bytes, at } of taken?.heard ?? []) {
				const time = stamp(at);
				streams.push(bytes, (stream, said) =>
					lines.push(stream, said, time, at),
				);
			}
			const frames = lines.take(taken ? Date.now() : Number.POSITIVE_INFINITY);
			places = behind(places, frames);
			for (const frame of frames) hearing.heard(frame);
			if (frames.length > 0) yield { kind: "frames", frames };
			taken?.letGo();
			if (!taken) return places;
		}
	} finally {
		socket.close();
	}
}

function behind(from: LogCursor, frames: readonly LogFrame[]): LogCursor {
	const places: Record<LogFrame["stream"], LogPlace | null> = { ...from };
	for (const frame of frames)
		places[frame.stream] = placeAfter(places[frame.stream], frame);
	return places;
}

/** Times as text. They do not fall, whatever happens to the machine's clock. */
function risingStamps(): (at: number) => string {
	let last = { at: 0, text: "" };
	return (at) => {
		if (at > last.at) last = { at, text: new Date(at).toISOString() };
		return last.text;
	};
}
