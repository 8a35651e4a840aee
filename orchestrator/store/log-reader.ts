import { type FileHandle, open } from "node:fs/promises";
import { decodeRecords } from "./log-format.ts";
import { absent, type LogSegments } from "./log-segments.ts";
import { bytesIn, isInside, type LogState } from "./log-state.ts";
import type { LogOffset, LogRecord, StoredRecords } from "./logs-port.ts";

/** What is stored from a place on: the rest of a segment, or what was left out behind it. */
export async function readRecords(
	segments: LogSegments,
	from: LogOffset,
): Promise<StoredRecords> {
	const here = await readSegment(segments, from);
	if (here.next.at > from.at) return here;
	const next = (await segments.list()).find((other) => other > from.segment);
	if (next === undefined) return { ...here, isEnd: true };
	// It may have grown once more before the next one was begun.
	const last = await readSegment(segments, from);
	if (last.next.at > from.at) return last;
	const records =
		next === from.segment + 1 ? [] : await leftOut(segments, from, next);
	return { records, next: { segment: next, at: 0 }, isEnd: false };
}

/** Where the last so many records begin. */
export async function startOfTail(
	segments: LogSegments,
	records: number,
): Promise<LogOffset> {
	let left = records;
	for (const segment of (await segments.list()).toReversed()) {
		const file = await openSegment(segments, segment);
		if (!file) continue;
		await using closing = file;
		const found = await fromItsEnd(closing, left);
		if ("at" in found) return { segment, at: found.at };
		left -= segment === 0 ? found.records : found.records - 1; // its head
	}
	return { segment: 0, at: 0 };
}

/** A record is at most 16 KiB and its head, so this always holds some. */
const READ_BYTES = 1024 * 1024;

const openSegment = (
	segments: LogSegments,
	segment: number,
): Promise<FileHandle | null> =>
	open(segments.pathOf(segment)).catch(absent(null));

async function readSegment(
	segments: LogSegments,
	{ segment, at }: LogOffset,
): Promise<StoredRecords> {
	const opened = await openSegment(segments, segment);
	if (!opened) return { records: [], next: { segment, at }, isEnd: false };
	await using file = opened;
	const buffer = Buffer.allocUnsafe(READ_BYTES);
	const { bytesRead } = await file.read(buffer, 0, READ_BYTES, at);
	const { records, used } = decodeRecords(buffer.subarray(0, bytesRead));
	return { records, next: { segment, at: at + used }, isEnd: false };
}

/** What is told where a log's middle is not there any more. */
async function leftOut(
	segments: LogSegments,
	from: LogOffset,
	next: number,
): Promise<readonly LogRecord[]> {
	const there = await segments.before(next);
	const here = await segments.before(from.segment).catch(absent(null));
	const told = there?.stdout?.time ?? there?.stderr?.time;
	const time = told ?? new Date().toISOString();
	const text = `berth: ${sentenceOf(here, there)}`;
	const lines = here && !isInside(here) ? [text] : ["", text];
	return lines.map((line) => ({
		time,
		stream: "stderr",
		complete: true,
		bytes: Buffer.from(line),
	}));
}

function sentenceOf(here: LogState | null, there: LogState | null): string {
	if (!here || !there)
		return "the log grew faster than it was read, and its middle is not kept; its end follows.";
	const bytes = bytesIn(there) - bytesIn(here);
	const lines = there.lines - here.lines;
	const mayMiss = [there.stdout, there.stderr].some(
		(place) => place !== null && place.frames > 0,
	);
	return `${bytes} bytes (${lines} lines) were left out here${mayMiss ? ", or more" : ""}, because the log is longer than its limit (BERTH_LOG_LIMIT); its end follows.`;
}

/** Looks for line feeds, backwards; when there are not enough, tells how many there are. */
async function fromItsEnd(
	file: FileHandle,
	records: number,
): Promise<{ at: number } | { records: number }> {
	const buffer = Buffer.alloc(64 * 1024);
	let { size: end } = await file.stat();
	let seen = 0;
	while (end > 0) {
		const start = Math.max(0, end - buffer.length);
		const { bytesRead } = await file.read(buffer, 0, end - start, start);
		for (let at = bytesRead; at > 0; ) {
			at = buffer.lastIndexOf(10, at - 1);
			if (at < 0) break;
			if (seen++ === records) return { at: start + at + 1 };
		}
		end = start;
	}
	return { records: seen };
}
