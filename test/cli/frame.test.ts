import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import type {
	AttemptView,
	RunView,
	TaskView,
} from "../../orchestrator/api/views.ts";
import { frameOf } from "../../orchestrator/cli/follow/frame.ts";
import {
	calm,
	cutTo,
	widthOf,
} from "../../orchestrator/cli/follow/text-width.ts";

const START = Date.parse("2026-11-20T10:00:00.000Z");
const at = (ms: number): string => new Date(START + ms).toISOString();

const attempt = (from: number, to: number | null): AttemptView => ({
	id: "p@1/x/1",
	ending: to === null ? null : "exited",
	exitCode: to === null ? null : 0,
	message: null,
	startedAt: at(from),
	endedAt: to === null ? null : at(to),
});

const task = (name: string, rest: Partial<TaskView> = {}): TaskView => ({
	name,
	kind: "container",
	after: [],
	status: "waiting",
	message: null,
	next: null,
	nextAttemptAt: null,
	result: null,
	inputs: {},
	outputs: {},
	unchangedSince: null,
	fingerprint: null,
	attempts: [],
	...rest,
});

const run = (tasks: readonly TaskView[]): RunView => ({
	id: "p@2026-11-20~1",
	pipeline: "p",
	ds: "2026-11-20",
	status: "running",
	params: {},
	trigger: "hand",
	sweep: null,
	by: null,
	createdAt: at(0),
	startedAt: at(0),
	endedAt: null,
	settled: false,
	choices: {},
	replays: null,
	vars: {},
	tasks,
});

const draw = (
	tasks: readonly TaskView[],
	columns: number,
	rows: number,
	tails: Record<string, readonly string[]> = {},
): string[] =>
	frameOf(run(tasks), {
		size: { columns, rows },
		now: START + 65_400,
		tails: new Map(Object.entries(tails)),
	}).map(({ text, painted }) => {
		expect(stripVTControlCharacters(painted)).toBe(text);
		return text;
	});

const DIAMOND = [
	task("a", { status: "succeeded", attempts: [attempt(0, 1_200)] }),
	task("b", {
		status: "running",
		after: ["a"],
		attempts: [attempt(61_000, null)],
	}),
	task("c", {
		status: "resting",
		after: ["a"],
		message: "Again soon.",
		attempts: [attempt(1, 2), attempt(3, 4)],
	}),
	task("d", { after: ["b", "c"] }),
];

test("the graph, with times, messages and the last lines of what runs", () => {
	expect(draw(DIAMOND, 80, 24, { b: ["one", "two"] })).toEqual([
		"running  1 min 5 s  ✓ 1  ▸ 1  ↻ 1  · 1  of 4",
		"✓ a      succeeded      1.2 s",
		"  ▸ b    running        4.4 s",
		"    │ one",
		"    │ two",
		"  ↻ c    resting        0.0 s  (attempt 2)  Again soon.  ← a",
		"    · d  waiting               ← b, c",
	]);
});

describe("fits any terminal", () => {
	const many = Array.from({ length: 1000 }, (_, n) =>
		n < 400
			? task(`task-${n}`, {
					status: "succeeded",
					attempts: [attempt(n, n + 1)],
				})
			: n < 404
				? task(`task-${n}`, { status: "running", attempts: [attempt(n, null)] })
				: n < 600
					? task(`task-${n}`, { status: "preparing" })
					: task(`task-${n}`),
	);
	const tails = { "task-401": ["日本語".repeat(50), "x".repeat(500)] };

	test.each([
		[80, 24],
		[20, 5],
		[200, 50],
		[40, 10],
	])("%i × %i", (columns, rows) => {
		const lines = draw(many, columns, rows, tails);
		expect(lines.length).toBeLessThan(rows);
		for (const line of lines) expect(widthOf(line)).toBeLessThan(columns);
	});

	test("and shows what goes on first, then what ended last", () => {
		const lines = draw(many, 80, 12);
		expect(lines.map((line) => line.match(/task-\d+/)?.[0])).toEqual([
			undefined,
			...["396", "397", "398", "399", "400", "401", "402", "403", "404"].map(
				(n) => `task-${n}`,
			),
			undefined,
		]);
		expect(lines[0]).toContain("✓ 400  ▸ 4  ▹ 196  · 400  of 1000");
		expect(lines.at(-1)).toBe("… and 991 more");
	});
});

test("letters are counted as terminals draw them", () => {
	expect(["abc", "日本", "e\u0301", "🚀"].map(widthOf)).toEqual([3, 4, 1, 2]);
	expect(cutTo("日本語", 5)).toBe("日本…");
	expect(cutTo("abc", 3)).toBe("abc");
	expect(calm("\u001b[31mred\u001b[0m 10%\r20%\r")).toBe("20%");
	expect(calm("a\tb\u0007")).toBe("a    b·");
});

test("of a task that rests, the next attempt is said first", () => {
	const rests = task("a", {
		status: "resting",
		message: "It exited with code 3 (attempt 1 of 2).",
		next: "Next attempt at 10:05:00 UTC.",
	});
	expect(draw([rests], 70, 10)[1]).toContain("Next attempt at 10:05:00 UTC.");
});
