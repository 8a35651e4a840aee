import { expect, test } from "vitest";
import { choose } from "./choose.ts";
import { ENDINGS } from "./endings.ts";
import { Matrix } from "./matrix-table.ts";
import { sightings } from "./points.ts";
import { type Row, rowsOf, titleOf } from "./rows.ts";

const START = [
	"before create container",
	"after create container", // the one that is never started
	"before remove container",
	"after remove container",
	"before create container",
	"after create container",
	"before start container",
	"after start container",
	"before append to log",
	"after append to log",
];
const END = [
	"after wait for container",
	"before append to log",
	"before commit exited",
	"before remove container",
	"after remove container",
	"before commit released",
];
const CANCEL = ["before stop container", "after stop container", ...END];
const published = [...END.slice(0, 3), "before commit published", ...END];

const rows = rowsOf({
	"0": sightings([...START, ...published], START.length, false),
	"7": sightings([...START, ...END], START.length, false),
	oom: sightings([...START, ...END], START.length, false),
	cancel: sightings([...START, ...CANCEL], START.length, true),
});

const endingsAt = (title: string): readonly string[] =>
	rows.find((row) => titleOf(row) === title)?.endings ?? [];

test("where there is no container yet, none can have ended; where it was only created, it can be meddled with", () => {
	const before = "before create container (2)";
	expect(endingsAt(before)).toEqual(["never started"]);
	expect(endingsAt("before start container")).toEqual([
		"never started",
		"removed by hand",
		"engine restarted",
		"engine restarted, live-restore",
	]);
});

test("while it runs, all but never having started can become of it", () => {
	const all = ENDINGS.filter((ending) => ending !== "never started");
	expect(endingsAt("after start container")).toEqual(all);
	expect(endingsAt("cancelled: before stop container")).toEqual(all);
});

test("what comes only after a good end is tried with no other", () => {
	expect(endingsAt("after wait for container")).toContain("finished 7");
	expect(endingsAt("before commit published")).not.toContain("finished 7");
	expect(endingsAt("before commit released")).toEqual([
		"finished 0",
		"finished 7",
		"out of memory",
	]);
});

test("a log that grows while its container ends is left to chance", () => {
	expect(endingsAt("before append to log")).not.toEqual([]);
	expect(endingsAt("before append to log (2)")).toEqual([]);
});

test("the short form has every boundary and every ending", () => {
	const chosen = choose(rows, { short: true });
	const names = (some: readonly Row[]) =>
		new Set(some.map(({ point }) => point.name));
	expect(names(chosen.map(({ row }) => row))).toEqual(names(rows));
	for (const ending of ENDINGS) {
		const times = chosen.filter((place) => place.ending === ending);
		expect(times.length).toBeGreaterThanOrEqual(2);
	}
	expect(new Set(chosen).size).toBe(chosen.length);
});

test("the table says what came of each cell that was tried", () => {
	const matrix = new Matrix();
	const [place] = choose(rows, { short: false, only: "commit published" });
	if (!place) throw new Error("no such row");
	matrix.set(place, { kind: "broken", faults: ["lost"] });
	expect(matrix.table(rows).split("\n")[2]).toMatch(
		/^\| before commit published \| – +\| – +\| BROKEN /,
	);
	expect(matrix.count("broken")).toBe(1);
});
