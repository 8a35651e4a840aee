import type { LogFrame, Stream } from "../log-port.ts";

/** Makes frames of what is heard, without cutting lines where the hearing happens to pause. An unfinished line is held for a moment. */
export class WholeLines {
	readonly #held: Record<Stream, Held | null> = { stdout: null, stderr: null };
	#frames: LogFrame[] = [];

	push(stream: Stream, bytes: Buffer, time: string, now: number): void {
		const rest = this.#joined(stream, bytes, time);
		const end = rest.lastIndexOf(LINE_FEED) + 1;
		const [lines, tail] = [rest.subarray(0, end), rest.subarray(end)];
		if (lines.length > 0) this.#frames.push({ stream, time, bytes: lines });
		if (tail.length >= MOST_HELD)
			this.#frames.push({ stream, time, bytes: tail });
		else if (tail.length > 0)
			// A copy: what was heard is good for a moment only.
			this.#held[stream] = {
				bytes: Buffer.from(tail),
				time,
				until: now + MOMENT_MS,
			};
	}

	/** What is to be told now: whole lines, and what was held for long enough. */
	take(now: number): readonly LogFrame[] {
		for (const stream of STREAMS) {
			const held = this.#held[stream];
			if (held && held.until <= now) this.#tell(stream, held);
		}
		const frames = this.#frames;
		this.#frames = [];
		return frames;
	}

	/** When something held must be told. */
	get until(): number {
		return Math.min(
			...STREAMS.map(
				(stream) => this.#held[stream]?.until ?? Number.POSITIVE_INFINITY,
			),
		);
	}

	/** Puts what is held before what follows it, to the end of its line; answers with the rest. */
	#joined(stream: Stream, bytes: Buffer, time: string): Buffer {
		const held = this.#held[stream];
		if (!held) return bytes;
		const end = bytes.indexOf(LINE_FEED) + 1 || bytes.length;
		const line = Buffer.concat([held.bytes, bytes.subarray(0, end)]);
		const isWhole = line.at(-1) === LINE_FEED;
		this.#held[stream] = null;
		if (isWhole || line.length >= MOST_HELD)
			this.#frames.push({ stream, time, bytes: line });
		else this.#held[stream] = { ...held, bytes: line };
		return bytes.subarray(end);
	}

	#tell(stream: Stream, { bytes, time }: Held): void {
		this.#held[stream] = null;
		this.#frames.push({ stream, time, bytes });
	}
}

interface Held {
	readonly bytes: Buffer;
	readonly time: string;
	readonly until: number;
}

const STREAMS = ["stdout", "stderr"] as const;
const LINE_FEED = 10;

/** A progress bar is to be seen while it moves. */
const MOMENT_MS = 100;

/** A line longer than this comes in parts. */
const MOST_HELD = 16 * 1024;
