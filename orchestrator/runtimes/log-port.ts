export type Stream = "stdout" | "stderr";

/** What a stream said: the bytes as they were, line feeds and all. Good until the next piece of the log is asked for. */
export interface LogFrame {
	readonly stream: Stream;
	/**
	 * RFC 3339. With nanoseconds it is what the runtime's own log has, and the frame is one message of it: at most one line. With
	 * milliseconds it is when it was heard, and the frame is as much as was heard.
	 */
	readonly time: string;
	readonly bytes: Uint8Array;
}

/** What is read of a log at a time. After a gap, something may be missing. */
export type LogPiece =
	| { readonly kind: "frames"; readonly frames: readonly LogFrame[] }
	| { readonly kind: "gap"; readonly why: string };

/** How much of a stream is known. */
export interface LogPlace {
	readonly bytes: number;
	/** The last 64 of them, by which the place is recognised; a character for each. */
	readonly end: string;
	/** The last frame's. */
	readonly time: string;
	/** How many frames have exactly that time, if it is one of the runtime's own log; else 0, and only the bytes tell the place. */
	readonly frames: number;
}

/** Where to go on with reading. Null: nothing of the stream is known. */
export type LogCursor = Readonly<Record<Stream, LogPlace | null>>;

export const logStart: LogCursor = { stdout: null, stderr: null };

/** The place behind a frame. */
export function placeAfter(
	place: LogPlace | null,
	{ time, bytes }: Omit<LogFrame, "stream">,
): LogPlace {
	const last = bytes.subarray(Math.max(0, bytes.length - END));
	const end = Buffer.from(last.buffer, last.byteOffset, last.length);
	const more = end.toString("latin1");
	return {
		bytes: (place?.bytes ?? 0) + bytes.length,
		end: more.length === END ? more : ((place?.end ?? "") + more).slice(-END),
		time,
		frames: isOwn(time) ? (place?.time === time ? place.frames : 0) + 1 : 0,
	};
}

const END = 64;

/** The runtime's own times have nanoseconds. */
const isOwn = (time: string): boolean => time.length > MILLISECONDS.length;

const MILLISECONDS = "2026-11-21T12:00:00.000Z";
