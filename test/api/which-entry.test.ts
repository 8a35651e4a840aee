import { expect, test } from "vitest";
import { entryBefore, entryNamed } from "../../orchestrator/api/which-entry.ts";
import type {
	AttemptId,
	DataPath,
	Instant,
	ObjectHash,
} from "../../orchestrator/model/words.ts";
import type { Publication } from "../../orchestrator/store/port.ts";

const PATH = "models/production" as DataPath;
const A = "aaaaaa1";
const B = "aaaaaa2";

const entry = (id: number, object: string, at: string): Publication => ({
	id,
	path: PATH,
	object: object.padEnd(64, "0") as ObjectHash,
	attempt: "p@1/a/1" as AttemptId,
	at: Date.parse(at) as Instant,
	bytes: 1,
	files: 1,
	how: "promoted",
	maker: "p@1/a/1" as AttemptId,
	confirmedAt: Date.parse(at) as Instant,
	removedAt: null,
});

const history = [
	entry(14, B, "2026-11-21T08:00:00.000Z"),
	entry(13, B, "2026-11-20T09:30:15.456Z"),
	entry(12, A, "2026-11-20T09:30:15.123Z"),
	entry(7, B, "2026-11-19T23:59:59.999Z"),
];

const named = (words: string): number => entryNamed(history, PATH, words).id;

test.each([
	["#12", 12],
	["0", 14],
	["2", 12],
	[A, 12],
	[B, 14],
	["2026-11-20", 13],
	["2026-11-19", 7],
	["2026-11-21 07:59", 13],
	["2026-11-20 09:30:15", 13],
	["2026-11-20T09:30:15.123Z", 12],
	["2026-11-20T10:30:15.123+01:00", 12],
	["2026-11-20 09:29", 7],
])("%s names the entry #%i", (words, id) => {
	expect(named(words)).toBe(id);
});

test.each([
	["#13000", "has no entry"],
	["9", "has no entry"],
	["2026-11-18", "has no entry"],
	["bbbbbb", "has no entry"],
	["aaaaaa", "names no one entry"],
	["aaa", "names no one entry"],
	["2026-13-40", "names no one entry"],
	["", "names no one entry"],
])("%j names none: it %s", (words, sentence) => {
	expect(() => named(words)).toThrow(sentence);
});

test("what a path held before is the newest entry with another object", () => {
	expect(entryBefore(history, PATH).id).toBe(12);
	expect(() => entryBefore(history.slice(0, 2), PATH)).toThrow(
		"never held anything else",
	);
});
