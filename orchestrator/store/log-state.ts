import { z } from "zod";
import {
	type LogCursor,
	type LogFrame,
	placeAfter,
	type Stream,
} from "../runtimes/log-port.ts";
import { decodeRecords } from "./log-format.ts";

/** What was stored of a log so far, whether or not it is still there. */
export interface LogState extends LogCursor {
	/** How many lines have ended, of both streams. */
	readonly lines: number;
}

export const emptyState: LogState = { stdout: null, stderr: null, lines: 0 };

/** The state after these bytes of a stream. */
export function stateAfter(
	state: LogState,
	frame: LogFrame,
	lines: number,
): LogState {
	const place = placeAfter(state[frame.stream], frame);
	return { ...state, [frame.stream]: place, lines: state.lines + lines };
}

/** The state after a segment's records; `used` is where the first one that is not whole begins. */
export function stateBehind(
	before: LogState,
	bytes: Buffer,
): { state: LogState; used: number } {
	const { records, used } = decodeRecords(bytes);
	let state = before;
	for (const { stream, time, bytes, complete, isOurs } of records) {
		if (isOurs) continue;
		const all = complete ? Buffer.concat([bytes, LINE_FEED]) : bytes;
		state = stateAfter(state, { stream, time, bytes: all }, Number(complete));
	}
	return { state, used };
}

/** Would something that is printed now stand behind the beginning of a line? */
export const isInside = (state: LogState): boolean =>
	(["stdout", "stderr"] satisfies Stream[]).some((stream) =>
		/[^\n]$/.test(state[stream]?.end ?? ""),
	);

/** How many bytes were stored of both streams. */
export const bytesIn = ({ stdout, stderr }: LogState): number =>
	(stdout?.bytes ?? 0) + (stderr?.bytes ?? 0);

/** Null for what is no state. */
export function parseState(text: string): LogState | null {
	try {
		return stateSchema.parse(JSON.parse(text));
	} catch {
		return null;
	}
}

const LINE_FEED = Buffer.from("\n");

const place = z
	.object({
		bytes: z.number(),
		end: z.string(),
		time: z.string(),
		frames: z.number(),
	})
	.nullable();

const stateSchema = z.object({
	stdout: place,
	stderr: place,
	lines: z.number(),
});
