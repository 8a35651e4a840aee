import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ContainerName } from "../../orchestrator/model/words.ts";
import type { LogFrame, Stream } from "../../orchestrator/runtimes/port.ts";
import { LogFiles } from "../../orchestrator/store/log-files.ts";
import {
	bytesOf,
	decodeRecords,
	encodeRecords,
} from "../../orchestrator/store/log-format.ts";

let folder: string;
let logs: LogFiles;
const name = "berth-aaaaaaaaaa-train-1-0123456789abcdef" as ContainerName;
const file = () => join(folder, `${name}.log`);

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "berth-logs-"));
	logs = new LogFiles(folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

const frame = (
	nanosecond: number,
	text: string,
	stream: Stream = "stdout",
	complete = true,
): LogFrame => ({
	time: `2026-11-20T10:00:00.${String(nanosecond).padStart(9, "0")}Z`,
	stream,
	complete,
	bytes: Buffer.from(text),
});

async function store(...frames: LogFrame[]): Promise<void> {
	const log = await logs.open(name);
	log.append(frames);
	await log.close();
}

test("a log can be read as a file: time, stream, what was written", async () => {
	await store(frame(1, "epoch 1"), frame(2, "careful", "stderr"));
	expect(readFileSync(file(), "utf8")).toBe(
		"2026-11-20T10:00:00.000000001Z o epoch 1\n2026-11-20T10:00:00.000000002Z e careful\n",
	);
});

test("any bytes in any frames give back each stream as it was", () => {
	const bytes = fc
		.uint8Array({ maxLength: 40 })
		.map((array) => Buffer.from(array.filter((byte) => byte !== 10)));
	const frames = fc.array(
		fc.record({
			time: fc.constant("2026-11-20T10:00:00.000000001Z"),
			stream: fc.constantFrom<Stream>("stdout", "stderr"),
			complete: fc.boolean(),
			bytes,
		}),
	);
	fc.assert(
		fc.property(frames, (written) => {
			const { frames: read, used } = decodeRecords(encodeRecords(written));
			expect(used).toBe(encodeRecords(written).length);
			for (const stream of ["stdout", "stderr"] as const)
				expect(bytesOf(read, stream)).toEqual(bytesOf(written, stream));
		}),
	);
});

test("a log that is opened again goes on behind its last frame of each stream", async () => {
	await store(
		frame(1, "a"),
		frame(2, "b", "stderr"),
		frame(3, "c", "stdout", false),
		frame(3, "d"),
	);
	const { cursor, close } = await opened();
	expect(cursor).toEqual({
		stdout: { time: frame(3, "").time, frames: 2 },
		stderr: { time: frame(2, "").time, frames: 1 },
	});
	await close();
});

test("a record that a crash cut off is dropped, and written again", async () => {
	await store(frame(1, "whole"));
	appendFileSync(file(), "2026-11-20T10:00:00.000000002Z o hal");
	const { cursor, close } = await opened();
	expect(cursor.stdout).toEqual({ time: frame(1, "").time, frames: 1 });
	await close();
	await store(frame(2, "half"));
	const { frames } = await logs.read(name, 0);
	expect(frames.map(({ bytes }) => String(bytes))).toEqual(["whole", "half"]);
});

test("a stream that was silent for megabytes is still found", async () => {
	const many = Array.from({ length: 40_000 }, (_, i) =>
		frame(i + 10, "x".repeat(40)),
	);
	await store(frame(1, "early", "stderr"), ...many);
	const { cursor, close } = await opened();
	expect(cursor.stderr).toEqual({ time: frame(1, "").time, frames: 1 });
	expect(cursor.stdout?.time).toBe(many.at(-1)?.time);
	await close();
});

test("reading goes on from where it stopped, and waits for whole records", async () => {
	await store(frame(1, "one"));
	const first = await logs.read(name, 0);
	appendFileSync(file(), "2026-11-20T10:00:00.000000002Z o tw");
	const none = await logs.read(name, first.next);
	expect(none).toEqual({ frames: [], next: first.next });
	appendFileSync(file(), "o\n");
	const second = await logs.read(name, first.next);
	expect(second.frames.map(({ bytes }) => String(bytes))).toEqual(["two"]);
});

test("the last records are found from the end", async () => {
	await store(...["one", "two", "three"].map((text, i) => frame(i, text)));
	const { frames } = await logs.read(name, await logs.tail(name, 2));
	expect(frames.map(({ bytes }) => String(bytes))).toEqual(["two", "three"]);
	expect(await logs.tail(name, 9)).toBe(0);
});

test("a log that was never written is empty", async () => {
	expect(await logs.read(name, 0)).toEqual({ frames: [], next: 0 });
});

async function opened() {
	const log = await logs.open(name);
	return { cursor: log.cursor, close: () => log.close() };
}
