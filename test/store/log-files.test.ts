import {
	appendFileSync,
	existsSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ContainerName } from "../../orchestrator/model/words.ts";
import type { LogFrame, Stream } from "../../orchestrator/runtimes/log-port.ts";
import { LogFiles } from "../../orchestrator/store/log-files.ts";
import { logBeginning } from "../../orchestrator/store/logs-port.ts";
import { readStored, textsOf, writtenBytes } from "../rig/read-stored.ts";

const MEBIBYTE = 2 ** 20;

let folder: string;
let logs: LogFiles;
const name = "berth-aaaaaaaaaa-train-1-0123456789abcdef" as ContainerName;
const file = () => join(folder, `${name}.log`);
const more = () => join(folder, `${name}.more`);

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "berth-logs-"));
	logs = new LogFiles(folder, 64 * MEBIBYTE);
});
afterEach(() => rmSync(folder, { recursive: true }));

const timeOf = (nanosecond: number): string =>
	`2026-11-20T10:00:00.${String(nanosecond).padStart(9, "0")}Z`;

const read = (
	nanosecond: number,
	text: string | Uint8Array,
	stream: Stream = "stdout",
): LogFrame => ({
	time: timeOf(nanosecond),
	stream,
	bytes: Buffer.from(text as string),
});

const HEARD = "2026-11-20T10:00:00.123Z";
const heard = (
	text: string | Uint8Array,
	stream: Stream = "stdout",
): LogFrame => ({ time: HEARD, stream, bytes: Buffer.from(text as string) });

async function store(...frames: LogFrame[]): Promise<void> {
	await using log = closing(await logs.open(name));
	await log.append(frames);
}

async function cursor() {
	await using log = closing(await logs.open(name));
	return log.cursor;
}

const closing = <T extends { close(): Promise<void> }>(log: T) =>
	Object.assign(log, { [Symbol.asyncDispose]: () => log.close() });

test("a log can be read as a file: time, stream, what was written", async () => {
	await store(read(1, "epoch 1\n"), heard("careful\nwait", "stderr"));
	expect(readFileSync(file(), "utf8")).toBe(
		`${timeOf(1)} o epoch 1\n${HEARD} e careful\n${HEARD} E wait\n`,
	);
});

test("any bytes, however they come, give back each stream as it was", async () => {
	const bytes = fc.oneof(
		fc.uint8Array({ maxLength: 40 }),
		fc
			.integer({ min: 16_380, max: 33_000 })
			.map((length) => new Uint8Array(length).fill(120)),
	);
	const frames = fc.array(
		fc.record({
			time: fc.constant(HEARD),
			stream: fc.constantFrom<Stream>("stdout", "stderr"),
			bytes,
		}),
	);
	let count = 0;
	await fc.assert(
		fc.asyncProperty(frames, fc.nat(), async (written, cut) => {
			const one = `${name}-${count++}` as ContainerName;
			const at = cut % (written.length + 1);
			for (const some of [written.slice(0, at), written.slice(at)]) {
				await using log = closing(await logs.open(one));
				await log.append(some);
			}
			const records = await readStored(logs, one);
			for (const stream of ["stdout", "stderr"] as const) {
				const all = written.filter((frame) => frame.stream === stream);
				const wanted = Buffer.concat(all.map((frame) => frame.bytes));
				expect(writtenBytes(records, stream).equals(wanted)).toBe(true);
			}
		}),
		{ numRuns: 50 },
	);
});

test("a log that is opened again goes on behind the last of each stream", async () => {
	await store(
		read(1, "a\n"),
		read(2, "b\n", "stderr"),
		read(3, "c"),
		read(3, "d\n"),
	);
	expect(await cursor()).toEqual({
		stdout: { time: timeOf(3), frames: 2, bytes: 5, end: "a\ncd\n" },
		stderr: { time: timeOf(2), frames: 1, bytes: 2, end: "b\n" },
	});
});

test("what was heard has a place by its bytes alone, until something is read behind it", async () => {
	await store(heard("one\ntw"), heard("o\n"));
	const place = { time: HEARD, frames: 0, bytes: 8, end: "one\ntwo\n" };
	expect(await cursor()).toEqual({ stdout: place, stderr: null });
	await store(read(3, "three\n"));
	expect((await cursor()).stdout).toMatchObject({ time: timeOf(3), frames: 1 });
});

test("a record that a crash cut off is dropped, and written again", async () => {
	await store(read(1, "whole\n"));
	appendFileSync(file(), `${timeOf(2)} o hal`);
	expect((await cursor()).stdout).toMatchObject({ frames: 1, bytes: 6 });
	await store(read(2, "half\n"));
	expect(textsOf(await readStored(logs, name))).toEqual(["whole", "half"]);
});

test("reading goes on from where it stopped, and waits for whole records", async () => {
	await store(read(1, "one\n"));
	const first = await logs.read(name, logBeginning);
	appendFileSync(file(), `${timeOf(2)} o tw`);
	const none = await logs.read(name, first.next);
	expect(none).toEqual({ records: [], next: first.next, isEnd: true });
	appendFileSync(file(), "o\n");
	const second = await logs.read(name, first.next);
	expect(textsOf(second.records)).toEqual(["two"]);
});

test("the last records are found from the end", async () => {
	await store(...["one\n", "two\n", "three\n"].map((text, i) => read(i, text)));
	const tail = await readStored(logs, name, await logs.tail(name, 2));
	expect(textsOf(tail)).toEqual(["two", "three"]);
	expect(await logs.tail(name, 9)).toEqual(logBeginning);
});

test("a log that was never written is empty", async () => {
	expect(await readStored(logs, name)).toEqual([]);
});

test("a sentence of berth's own stands on a line of its own, and is none of the task's bytes", async () => {
	await store(heard("almo", "stderr"));
	const log = await logs.open(name);
	await log.mark("berth: this is the end.");
	await log.close();
	const records = await readStored(logs, name);
	expect(String(writtenBytes(records, "stderr"))).toBe(
		"almo\nberth: this is the end.\n",
	);
	expect((await cursor()).stderr?.bytes).toBe(4);
});

/** Numbered lines of 100 bytes. */
const linesFrom = (first: number, count: number): string =>
	Array.from({ length: count }, (_, i) => `${first + i}`.padEnd(99, "."))
		.join("\n")
		.concat("\n");

/** Appends so many numbered lines, each ten thousand by another who opens it. */
async function storeLines(count: number): Promise<void> {
	for (let first = 0; first < count; first += 10_000) {
		const text = linesFrom(first, Math.min(10_000, count - first));
		await store(heard(text));
	}
}

const bytesOnDisk = (): number =>
	statSync(file()).size +
	readdirSync(more())
		.map((segment) => statSync(join(more(), segment)).size)
		.reduce((sum, size) => sum + size, 0);

test("a long log is whole while it is within its limit", async () => {
	await storeLines(200_000);
	expect(readdirSync(more()).length).toBeGreaterThan(5);
	const records = await readStored(logs, name);
	const text = String(writtenBytes(records, "stdout"));
	expect(text === linesFrom(0, 200_000)).toBe(true);
	expect((await cursor()).stdout?.bytes).toBe(20_000_000);
});

test("beyond its limit the beginning and the end are kept, and between them stands how much is not", async () => {
	logs = new LogFiles(folder, 8 * MEBIBYTE);
	await storeLines(300_000);
	expect(bytesOnDisk()).toBeLessThan(12 * MEBIBYTE);
	const records = await readStored(logs, name);
	const [mark, ...others] = records.filter(({ stream }) => stream === "stderr");
	expect(others).toEqual([]);
	const [, bytes, lines] =
		/^berth: (\d+) bytes \((\d+) lines\) were left out here, because the log is longer than its limit \(BERTH_LOG_LIMIT\); its end follows\.$/.exec(
			String(mark?.bytes),
		) ?? [];
	const texts = textsOf(records.filter(({ stream }) => stream === "stdout"));
	expect(texts.length + Number(lines)).toBe(300_000);
	expect(Number(bytes)).toBe(Number(lines) * 100);
	const numbers = texts.map((text) => Number.parseInt(text, 10));
	expect(numbers[0]).toBe(0);
	expect(numbers.at(-1)).toBe(299_999);
	const jumps = numbers.filter(
		(n, i) => i > 0 && n !== Number(numbers[i - 1]) + 1,
	);
	expect(jumps).toHaveLength(1);
	expect((await cursor()).stdout?.bytes).toBe(30_000_000);
});

test("the end of such a log is found from its end", async () => {
	logs = new LogFiles(folder, 8 * MEBIBYTE);
	await storeLines(300_000);
	const from = await logs.tail(name, 5_000);
	const texts = textsOf(await readStored(logs, name, from));
	expect(texts.map((text) => Number.parseInt(text, 10))).toEqual(
		Array.from({ length: 5_000 }, (_, i) => 295_000 + i),
	);
});

test("who reads more slowly than the middle goes is told so, and comes to the end", async () => {
	logs = new LogFiles(folder, 8 * MEBIBYTE);
	await storeLines(60_000);
	const { next } = await logs.read(name, await logs.tail(name, 1));
	await store(heard(linesFrom(0, 300_000)));
	const records = await readStored(logs, name, next);
	const told = records.find(({ stream }) => stream === "stderr");
	expect(String(told?.bytes ?? "")).toMatch(/^(berth: .*its end follows\.)?$/);
	expect(textsOf(records).at(-1)).toMatch(/^299999\.+$/);
});

test("a segment that was only begun when it was killed is begun again", async () => {
	await storeLines(20_000);
	const last = readdirSync(more()).length;
	appendFileSync(join(more(), `${last + 1}.log`), "2026-11-20T10:00:");
	await store(heard("over\n"));
	expect(existsSync(join(more(), `${last + 1}.log`))).toBe(false);
	const text = String(writtenBytes(await readStored(logs, name), "stdout"));
	expect(text === `${linesFrom(0, 20_000)}over\n`).toBe(true);
});
