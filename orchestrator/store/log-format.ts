import type { LogFrame, Stream } from "../runtimes/port.ts";

/**
 * A record is `<RFC 3339 time> <mark> <bytes>\n`, the bytes as the container wrote them. A frame never holds a line feed but at its end,
 * so records are lines. The mark is `o` or `e` for the stream, and a capital when the line goes on in the stream's next record.
 * Nothing is escaped and nothing need be UTF-8: each stream can be put together again byte for byte.
 */
export function encodeRecords(frames: readonly LogFrame[]): Buffer {
	return Buffer.concat(
		frames.flatMap(({ time, stream, complete, bytes }) => [
			Buffer.from(`${time} ${markOf(stream, complete)} `, "latin1"),
			bytes,
			LINE_FEED,
		]),
	);
}

/** Whole records only; `used` is where the first one that is not whole begins. */
export function decodeRecords(bytes: Buffer): {
	frames: LogFrame[];
	used: number;
} {
	const frames: LogFrame[] = [];
	let used = 0;
	for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, used)) {
		const frame = decode(bytes.subarray(used, end));
		if (frame) frames.push(frame);
		used = end + 1;
	}
	return { frames, used };
}

/** What a stream's bytes were: frames put together, with a line feed after each complete one. */
export function bytesOf(frames: readonly LogFrame[], stream: Stream): Buffer {
	return Buffer.concat(
		frames
			.filter((frame) => frame.stream === stream)
			.flatMap(({ bytes, complete }) =>
				complete ? [bytes, LINE_FEED] : [bytes],
			),
	);
}

const LINE_FEED = Buffer.from("\n");
const SPACE = 32;

const markOf = (stream: Stream, complete: boolean): string => {
	const mark = stream === "stdout" ? "o" : "e";
	return complete ? mark : mark.toUpperCase();
};

function decode(record: Buffer): LogFrame | null {
	const space = record.indexOf(SPACE);
	const mark = String.fromCharCode(record[space + 1] ?? 0);
	if (space < 0 || !"oeOE".includes(mark)) return null;
	return {
		time: record.toString("latin1", 0, space),
		stream: mark.toLowerCase() === "o" ? "stdout" : "stderr",
		complete: mark === mark.toLowerCase(),
		bytes: record.subarray(space + 3),
	};
}
