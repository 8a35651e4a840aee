import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
	KnownByBytes,
	KnownByTime,
	type Seen,
} from "../../../orchestrator/runtimes/docker/known.ts";
import {
	LogFrames,
	since,
} from "../../../orchestrator/runtimes/docker/log-frames.ts";
import type {
	LogFrame,
	Stream,
} from "../../../orchestrator/runtimes/log-port.ts";
import { RuntimeUnreachable } from "../../../orchestrator/runtimes/port.ts";
import { bytesOf, cursorAfter } from "../contract-rig.ts";

const PART = 16 * 1024;
const STREAMS = ["stdout", "stderr"] as const;

type Knowns = ConstructorParameters<typeof LogFrames>[0];
const nothing: Knowns = { stdout: null, stderr: null };

const byTime = ({
	stdout,
	stderr,
}: Readonly<Record<Stream, Place | null>>) => ({
	stdout: stdout && new KnownByTime(seen(stdout)),
	stderr: stderr && new KnownByTime(seen(stderr)),
});
type Place = { readonly time: string } & (
	| { readonly nth: number }
	| { readonly frames: number }
);
const seen = (place: Place): Seen => ({
	time: place.time,
	nth: "nth" in place ? place.nth : place.frames,
	isUncounted: false,
});
const at = (n: number, nth: number): Seen => ({
	time: timeOf(n),
	nth,
	isUncounted: false,
});

const cutPlace = { time: "2026-11-21T10:00:00.100Z", frames: 0 };

interface Said {
	readonly stream: Stream;
	readonly line: Buffer;
	readonly ends: boolean;
}

const timeOf = (n: number) =>
	`2026-11-21T10:00:00.${String(n).padStart(9, "0")}Z`;

/** The messages that the engine makes of a line: parts of one time, and a line feed only where it was not cut. */
function engineSays({ stream, line, ends }: Said, time: string): Buffer[] {
	const parts: Buffer[] = [];
	let at = 0;
	for (; line.length - at >= PART; at += PART)
		parts.push(line.subarray(at, at + PART));
	const rest = line.subarray(at);
	if (at === 0 && ends) parts.push(Buffer.concat([rest, Buffer.from("\n")]));
	else if (rest.length > 0 || ends) parts.push(rest);
	return parts.map((part) => message(stream, time, part));
}

function message(stream: Stream, time: string, line: Buffer): Buffer {
	const body = Buffer.concat([Buffer.from(`${time} `), line]);
	const head = Buffer.alloc(8);
	head[0] = stream === "stdout" ? 1 : 2;
	head.writeUInt32BE(body.length, 4);
	return Buffer.concat([head, body]);
}

const line = fc.oneof(
	fc.uint8Array({ maxLength: 40 }),
	fc
		.integer({ min: PART - 2, max: 2 * PART + 2 })
		.map((n) => new Uint8Array(n).fill(120)),
);

const lines = fc.array(
	fc.record({
		stream: fc.constantFrom<Stream>("stdout", "stderr"),
		line: line.map((bytes) =>
			Buffer.from(bytes.map((b) => (b === 10 ? 0 : b))),
		),
		gap: fc.integer({ min: 0, max: 1 }),
	}),
	{ maxLength: 8 },
);

const sizes = fc.array(fc.integer({ min: 1, max: 20_000 }), { maxLength: 5 });

/** What was said, as the engine tells it, in pieces of these sizes, over and over. */
function pieces(whole: Buffer, sizes: readonly number[]): Buffer[] {
	const cuts = [...sizes, 5000];
	const parts: Buffer[] = [];
	for (let at = 0; at < whole.length; at += parts.at(-1)?.length ?? 0) {
		const size = cuts[parts.length % cuts.length];
		parts.push(whole.subarray(at, at + Number(size)));
	}
	return parts;
}

describe("the engine's log, taken apart", () => {
	test("is what was written, whatever the lines and however it is cut", () => {
		fc.assert(
			fc.property(lines, sizes, fc.nat(), (spoken, cuts, resumeAt) => {
				let clock = 0;
				const messages = spoken.flatMap(({ gap, ...said }) => {
					clock += gap + (said.line.length >= PART ? 1 : 0);
					const told = engineSays({ ...said, ends: true }, timeOf(clock));
					clock += said.line.length >= PART ? 1 : 0;
					return told;
				});
				const whole = Buffer.concat(messages);
				const read = (known: Knowns = nothing): LogFrame[] => {
					const frames = new LogFrames(known);
					return pieces(whole, cuts).flatMap((p) => frames.push(p));
				};
				const all = read();
				for (const stream of ["stdout", "stderr"] as const) {
					const said = spoken
						.filter((s) => s.stream === stream)
						.flatMap((s) => [s.line, Buffer.from("\n")]);
					expect(bytesOf(all, stream).equals(Buffer.concat(said))).toBe(true);
				}
				const stored = all.slice(0, resumeAt % (all.length + 1));
				const from = cursorAfter(stored);
				const rest = read(byTime(from));
				expect(stored.length + rest.length).toBe(all.length);
				const both = bytesOf([...stored, ...rest], "stdout");
				expect(both.equals(bytesOf(all, "stdout"))).toBe(true);
			}),
			{ numRuns: 100 },
		);
	});

	test("from any byte on, whole or in the middle of a line, the rest is told; and of those after it, the places are true", () => {
		fc.assert(
			fc.property(lines, fc.nat(), fc.nat(), fc.nat(), (spoken, a, b, c) => {
				let clock = 0;
				const whole = Buffer.concat(
					spoken.flatMap(({ gap, ...said }) => {
						clock += gap + (said.line.length >= PART ? 1 : 0);
						const told = engineSays({ ...said, ends: true }, timeOf(clock));
						clock += said.line.length >= PART ? 1 : 0;
						return told;
					}),
				);
				const all = new LogFrames(nothing).push(whole);
				const heard = STREAMS.flatMap((stream, i) => {
					const bytes = bytesOf(all, stream);
					const cut = [a, b][i] ?? 0;
					const part = bytes.subarray(0, cut % (bytes.length + 1));
					const time = "2026-11-21T10:00:00.000Z";
					return part.length > 0 ? [{ stream, time, bytes: part }] : [];
				});
				const from = cursorAfter(heard);
				const known = {
					stdout: from.stdout && new KnownByBytes(from.stdout),
					stderr: from.stderr && new KnownByBytes(from.stderr),
				};
				const rest = new LogFrames(known).push(whole);
				const again = [...heard, ...rest.slice(0, c % (rest.length + 1))];
				const place = cursorAfter(again);
				const isExact = STREAMS.every((s) => place[s]?.frames !== 0);
				const last = isExact
					? new LogFrames(byTime(place)).push(whole)
					: rest.slice(c % (rest.length + 1));
				for (const stream of STREAMS)
					expect(
						bytesOf([...again, ...last], stream).equals(bytesOf(all, stream)),
					).toBe(true);
			}),
			{ numRuns: 200 },
		);
	});

	test("what a dying engine had not stored is not looked for in what its next life stored", () => {
		fc.assert(
			fc.property(
				fc.array(fc.stringMatching(/^[ab]{0,3}$/), { maxLength: 40 }),
				fc.nat(),
				fc.nat(),
				fc.nat(),
				(lines, a, b, c) => {
					const said = lines.map((line) => `${line}\n`);
					const read = a % (said.length + 1); // by the engine that dies
					const heard = b % (read + 1);
					const stored = c % (read + 1);
					const from = said.slice(0, heard).join("");
					const known = new KnownByBytes(
						{ bytes: from.length, end: from.slice(-64), ...cutPlace },
						"2026-11-21T10:00:00.500Z",
					);
					const frames = new LogFrames({
						stdout: heard ? known : null,
						stderr: null,
					});
					const told = said.flatMap((line, n) => {
						if (n >= stored && n < read) return [];
						const time = timeOf((n < read ? 100 : 900) * 1_000_000 + n);
						return frames.push(message("stdout", time, Buffer.from(line)));
					});
					const more = said.slice(heard, Math.max(heard, stored));
					const wanted = [...more, ...said.slice(read)].join("");
					expect(String(bytesOf(told, "stdout"))).toBe(wanted);
					const isShort = stored < heard && read < said.length;
					expect(known.isCutShort).toBe(isShort);
					expect(frames.hasGap).toBe(isShort);
				},
			),
			{ numRuns: 500 },
		);
	});

	test("a copy that has dropped its beginning does not begin as what was heard", () => {
		const known = new KnownByBytes({
			bytes: 8,
			end: "one\ntwo\n",
			...cutPlace,
		});
		const frames = new LogFrames({ stdout: known, stderr: null });
		const say = (text: string) =>
			frames.push(message("stdout", timeOf(1), Buffer.from(text)));
		expect(known.beginsAs("one\ntwo\n")).toBe(true);
		say("two\n");
		expect(known.beginsAs("one\ntwo\n")).toBe(false);
		expect(known.beginsAs("two\n")).toBe(true);
	});

	test("what does not end as it is known to is another log", () => {
		const known = new KnownByBytes({
			bytes: 4,
			end: "one\n",
			time: timeOf(1),
			frames: 0,
		});
		const frames = new LogFrames({ stdout: known, stderr: null });
		const say = (text: string, time: number) =>
			frames.push(message("stdout", timeOf(time), Buffer.from(text)));
		expect([...say("two\n", 1), ...say("three\n", 2)]).toEqual([]);
		expect(known.isOther).toBe(true);
	});

	test("what is known and not there is a gap, unless nothing is new", () => {
		const frames = new LogFrames(byTime({ stdout: at(5, 2), stderr: null }));
		const say = (time: number) =>
			frames.push(message("stdout", timeOf(time), Buffer.from("x\n")));
		say(4);
		expect(frames.hasGap).toBe(false);
		say(6);
		expect(frames.hasGap).toBe(true);
	});

	test("a line that never ended has no line feed", () => {
		const frames = new LogFrames(nothing);
		const said = engineSays(
			{ stream: "stdout", line: Buffer.from("tail"), ends: false },
			timeOf(1),
		);
		expect(String(frames.push(Buffer.concat(said))[0]?.bytes)).toBe("tail");
	});

	test("the cursor is where its frames end", () => {
		const frames = new LogFrames(nothing);
		const say = (stream: Stream, time: number) =>
			frames.push(message(stream, timeOf(time), Buffer.from("x\n")));
		expect(frames.places).toEqual(nothing);
		say("stdout", 1);
		say("stdout", 2);
		say("stdout", 2);
		say("stderr", 2);
		expect(frames.places).toEqual({ stdout: at(2, 2), stderr: at(2, 1) });
	});

	test("the engine is asked from the earlier cursor on, to the nanosecond", () => {
		const seconds = Date.parse("2026-11-21T10:00:00Z") / 1000;
		expect(since({ stdout: at(7, 1), stderr: at(5, 1) })).toEqual({
			since: `${seconds}.000000005`,
		});
		expect(since({ stdout: at(7, 1), stderr: null })).toEqual({});
	});

	describe("the last messages reach back to what is known", () => {
		const last = (...times: number[]) => {
			const frames = new LogFrames(byTime({ stdout: at(5, 2), stderr: null }));
			const told = times.flatMap((time) =>
				frames.push(message("stdout", timeOf(time), Buffer.from("x\n"))),
			);
			return { reaches: frames.reachesBack(times.length), told };
		};

		test("when the first of them is known", () => {
			const { reaches, told } = last(4, 5, 5, 5, 6);
			expect(reaches).toBe(true);
			expect(told.map(({ time }) => time)).toEqual([timeOf(5), timeOf(6)]);
		});

		test("not when all are new: there may be more between", () => {
			expect(last(6, 7).reaches).toBe(false);
		});

		test("not when they begin inside of one time: which they are is not known", () => {
			expect(last(5, 5, 6).reaches).toBe(false);
		});

		test("and when there are fewer than were asked for", () => {
			const frames = new LogFrames(byTime({ stdout: at(5, 2), stderr: null }));
			expect(frames.reachesBack(1)).toBe(true);
		});
	});

	test("the engine's own trouble in the middle is no line of the task's", () => {
		const trouble = message("stdout", timeOf(1), Buffer.from("Error\n"));
		trouble[0] = 3;
		expect(() => new LogFrames(nothing).push(trouble)).toThrow(
			RuntimeUnreachable,
		);
	});
});
