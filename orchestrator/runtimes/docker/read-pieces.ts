import type { LogPiece } from "../log-port.ts";
import type { Hearing } from "./known.ts";
import type { LogFrames } from "./log-frames.ts";

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
	/** What is remembered of hearing it; null when it was not heard by this process. */
	readonly hearing: Hearing | null;
	readonly signal: AbortSignal;
}

/** What the engine answers, as pieces of a log; a gap is told once. */
export async function* read(
	pieces: AsyncIterable<Buffer>,
	log: LogFrames,
): AsyncGenerator<LogPiece, void> {
	let isTold = false;
	for await (const piece of pieces) {
		const frames = log.push(piece);
		if (log.hasGap && !isTold) {
			isTold = true;
			yield GAP;
		}
		if (frames.length > 0) yield { kind: "frames", frames };
	}
}

export const GAP: LogPiece = {
	kind: "gap",
	why: "the engine does not have all of this log any more, so lines may be missing, or told twice, about here",
};
