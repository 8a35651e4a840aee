import {
	appendFileSync,
	renameSync,
	rmSync,
	symlinkSync,
	utimesSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Clock, systemClock } from "../../orchestrator/engine/clock.ts";
import type {
	FilesWork,
	PublicationWork,
} from "../../orchestrator/model/plan.ts";
import type { Source } from "../../orchestrator/model/task-state.ts";
import type { Instant } from "../../orchestrator/model/words.ts";
import { WorldSensors } from "../../orchestrator/sensors/world-sensors.ts";
import { aDataDirectory, path, write } from "../artifacts/rig.ts";
import { FakeClock } from "./fake-clock.ts";
import { untilNoMoreThan } from "./handles.ts";

const second = 1000;
const minute = 60 * second;

const filesWork = (work: Partial<FilesWork> & { in: string }): FilesWork => ({
	kind: "files",
	settledMs: 0,
	minAgeMs: 0,
	...work,
});

/** A sensor at work in a data directory, whose time a test moves. */
function aSensor(
	work: (Partial<FilesWork> & { in: string }) | PublicationWork,
	clock: Clock = new FakeClock(),
) {
	const world = aDataDirectory();
	const sensors = new WorldSensors({ ...world, clock });
	const stop = new AbortController();
	const notes: string[] = [];
	const start = () =>
		sensors.watch(
			"kind" in work && work.kind === "publication"
				? work
				: filesWork(work as FilesWork),
			(note) => notes.push(note),
			stop.signal,
		);
	return { ...world, sensors, clock, stop, notes, start };
}

/** Moves time until the sensor answers or has nothing to do but to wait, and says which. */
async function look(
	clock: FakeClock,
	found: Promise<Source>,
	ms: number,
): Promise<Source | "waiting"> {
	clock.advance(ms);
	return Promise.race([found, clock.asleep().then(() => "waiting" as const)]);
}

function withFakeClock(work: Parameters<typeof aSensor>[0]) {
	const clock = new FakeClock();
	const sensor = aSensor(work, clock);
	return {
		...sensor,
		clock,
		begin: async () => {
			const found = sensor.start();
			found.catch(() => {});
			const first = await look(clock, found, 0);
			return { first, found, later: (ms: number) => look(clock, found, ms) };
		},
	};
}

describe("a sensor for files", () => {
	test("takes one that is there, as itself", async () => {
		const { data, start, notes } = aSensor({ in: "inbox/wdbc.data" });
		write(data, { "inbox/wdbc.data": "1" });
		expect(await start()).toMatchObject({
			kind: "file",
			file: { path: "inbox/wdbc.data", as: "wdbc.data", size: 1 },
		});
		expect(notes).toEqual([]);
	});

	test("takes every file of a folder", async () => {
		const { data, start } = aSensor({ in: "inbox" });
		write(data, { "inbox/a": "1", "inbox/b/c": "2" });
		expect(await start()).toMatchObject({
			kind: "files",
			files: [{ as: "a" }, { as: "b/c" }],
		});
	});

	test("waits until all of the named ones are there, says for which, and takes no others", async () => {
		const { data, begin, notes } = withFakeClock({
			in: "raw/2026-11-20",
			all: ["data.csv", "target.csv"],
		});
		const { first, later } = await begin();
		expect(first).toBe("waiting");
		write(data, {
			"raw/2026-11-20/data.csv": "1",
			"raw/2026-11-20/other.csv": "1",
		});
		expect(await later(10 * second)).toBe("waiting");
		expect(await later(10 * second)).toBe("waiting");
		write(data, { "raw/2026-11-20/target.csv": "1" });
		expect(await later(10 * second)).toMatchObject({
			kind: "files",
			files: [
				{ path: "raw/2026-11-20/data.csv", as: "data.csv" },
				{ path: "raw/2026-11-20/target.csv", as: "target.csv" },
			],
		});
		expect(notes).toEqual([
			"waiting for data.csv, target.csv in raw/2026-11-20 (0 of 2 files there)",
			"waiting for target.csv in raw/2026-11-20 (1 of 2 files there)",
		]);
	});

	test("takes those that match a glob, named from where the glob starts, and leaves out .berth", async () => {
		const { data, start, publish } = aSensor({ in: "raw/*/data.csv" });
		const { object } = await publish("raw/one", { "data.csv": "1" });
		write(data, {
			"raw/two/data.csv": "2",
			"raw/two/target.csv": "2",
			"raw/.part/data.csv": "",
		});
		expect(await start()).toMatchObject({
			kind: "files",
			files: [
				{ path: `.berth/objects/${object}/data.csv`, as: "one/data.csv" },
				{ path: "raw/two/data.csv", as: "two/data.csv" },
			],
		});
	});

	test("finds the same file once, however many ways lead to it", async () => {
		const { data, start, publish } = aSensor({ in: "**/*.csv" });
		await publish("raw/one", { "data.csv": "1" });
		write(data, { "inbox/x.csv": "2" });
		symlinkSync(".", join(data, "inbox/loop"));
		const source = await start();
		expect(source.kind === "files" && source.files.map(({ as }) => as)).toEqual(
			["inbox/loop/x.csv", "raw/one/data.csv"],
		);
	});

	test("says for which glob it waits", async () => {
		const { begin, notes } = withFakeClock({ in: "inbox/*.csv" });
		await begin();
		expect(notes).toEqual(["waiting for a file that matches inbox/*.csv"]);
	});

	test("makes one object of copies of more than 64", async () => {
		const { data, start } = aSensor({ in: "inbox/*" });
		write(
			data,
			Object.fromEntries(
				Array.from({ length: 70 }, (_, n) => [`inbox/${n}`, `${n}`]),
			),
		);
		expect(await start()).toMatchObject({ kind: "object", inside: null });
	});

	test("says what cannot be an input, and goes on when that is repaired", async () => {
		const { data, begin, notes } = withFakeClock({ in: "inbox/x" });
		write(data, { "inbox/": "" });
		symlinkSync("/etc/passwd", join(data, "inbox/x"));
		const { later } = await begin();
		expect(notes[0]).toContain("outside the data directory");
		rmSync(join(data, "inbox/x"));
		write(data, { "inbox/x": "1" });
		expect(await later(10 * second)).toMatchObject({ kind: "file" });
	});
});

describe("files from outside are complete", () => {
	test("when they have been left alone long enough", async () => {
		const { data, begin, notes } = withFakeClock({
			in: "inbox/a.csv",
			settledMs: 10 * second,
		});
		const file = join(data, "inbox/a.csv");
		write(data, { "inbox/a.csv": "1" });
		const { first, later } = await begin();
		expect(first).toBe("waiting");
		expect(await later(9 * second)).toBe("waiting");
		appendFileSync(file, "2");
		expect(await later(2 * second)).toBe("waiting");
		expect(await later(9 * second)).toBe("waiting");
		writeFileSync(file, "3");
		expect(await later(2 * second)).toBe("waiting");
		expect(await later(11 * second)).toMatchObject({ file: { size: 1 } });
		expect(notes).toEqual([
			"waiting until a.csv has been left alone for 10 s",
			"a.csv is still growing",
			"a.csv is still changing",
		]);
	});

	test("at once, when they were left alone before anyone looked", async () => {
		const { data, begin, clock } = withFakeClock({
			in: "inbox/a.csv",
			settledMs: 10 * second,
		});
		write(data, { "inbox/a.csv": "1" });
		clock.advance(minute);
		expect((await begin()).first).toMatchObject({ kind: "file" });
	});

	test("not because a program set their time back", async () => {
		const { data, begin } = withFakeClock({
			in: "inbox/a.csv",
			settledMs: 10 * second,
		});
		write(data, { "inbox/a.csv": "1" });
		utimesSync(join(data, "inbox/a.csv"), 1, 1);
		expect((await begin()).first).toBe("waiting");
	});

	test("when another file has taken their place and been left alone in turn", async () => {
		const { data, begin } = withFakeClock({
			in: "inbox/a.csv",
			settledMs: 10 * second,
		});
		write(data, { "inbox/a.csv": "1" });
		const { later } = await begin();
		write(data, { "inbox/new": "2" });
		renameSync(join(data, "inbox/new"), join(data, "inbox/a.csv"));
		expect(await later(10 * second)).toBe("waiting");
		expect(await later(9 * second)).toBe("waiting");
		expect(await later(2 * second)).toMatchObject({ kind: "file" });
	});

	test("when they are old enough", async () => {
		const { data, begin, notes } = withFakeClock({
			in: "inbox/a.csv",
			minAgeMs: 5 * minute,
		});
		write(data, { "inbox/a.csv": "1" });
		const { first, later } = await begin();
		expect(first).toBe("waiting");
		expect(await later(4 * minute)).toBe("waiting");
		expect(await later(2 * minute)).toMatchObject({ kind: "file" });
		expect(notes).toEqual(["waiting until a.csv is 5 min old"]);
	});

	test.each([
		["a folder", "inbox", "inbox/_SUCCESS"],
		["a file", "inbox/a.csv", "inbox/_SUCCESS"],
		["a glob", "inbox/*", "inbox/_SUCCESS"],
	])(
		"when the marker is there, for %s; it is not one of them",
		async (_, wanted, marker) => {
			const { data, begin, notes } = withFakeClock({
				in: wanted,
				marker: "_SUCCESS",
			});
			write(data, { "inbox/a.csv": "1" });
			const { first, later } = await begin();
			expect(first).toBe("waiting");
			expect(notes).toEqual([`waiting for the marker ${marker}`]);
			write(data, { [marker]: "" });
			const found = (await later(10 * second)) as Source;
			expect(
				found.kind === "file"
					? [found.file.as]
					: found.kind === "files" && found.files.map(({ as }) => as),
			).toEqual(["a.csv"]);
		},
	);

	test("not when there is nothing but the marker", async () => {
		const { data, begin, notes } = withFakeClock({
			in: "inbox",
			marker: "_SUCCESS",
		});
		write(data, { "inbox/_SUCCESS": "" });
		expect((await begin()).first).toBe("waiting");
		expect(notes).toEqual(["waiting for inbox"]);
	});
});

describe("a published path is complete at once", () => {
	test("and is its object", async () => {
		const { start, publish, notes } = aSensor({
			in: "raw/one",
			all: ["data.csv"],
			settledMs: minute,
			minAgeMs: minute,
			marker: "_SUCCESS",
		});
		const { object } = await publish("raw/one", { "data.csv": "1", more: "2" });
		expect(await start()).toMatchObject({
			kind: "object",
			object,
			inside: null,
		});
		expect(notes).toEqual([]);
	});

	test("and so is a file in it", async () => {
		const { start, publish } = aSensor({
			in: "raw/one/data.csv",
			settledMs: minute,
		});
		const { object } = await publish("raw/one", { "data.csv": "1" });
		expect(await start()).toMatchObject({
			kind: "object",
			object,
			inside: "data.csv",
		});
	});

	test("and so are files of it that match a glob", async () => {
		const { start, publish } = aSensor({
			in: "raw/*/data.csv",
			settledMs: minute,
		});
		await publish("raw/one", { "data.csv": "1" });
		expect(await start()).toMatchObject({ files: [{ as: "one/data.csv" }] });
	});

	test("but without the named files it waits for another publication", async () => {
		const { begin, publish, sensors, notes, publications } = withFakeClock({
			in: "raw/one",
			all: ["data.csv", "target.csv"],
		});
		await publish("raw/one", { "data.csv": "1" });
		const { first, found } = await begin();
		expect(first).toBe("waiting");
		await publish("raw/one", { "data.csv": "1", "target.csv": "1" });
		sensors.published();
		const newest = await publications.newest(path("raw/one"));
		expect(await found).toMatchObject({
			kind: "object",
			object: newest?.object,
			inside: null,
		});
		expect(notes).toEqual([
			"waiting for target.csv in raw/one (1 of 2 files there), as it is published now",
		]);
	});
});

describe("a sensor for a publication", () => {
	const work: PublicationWork = {
		kind: "publication",
		path: path("models/production"),
	};

	test("takes the newest one that is there", async () => {
		const { start, publish } = aSensor(work);
		await publish("models/production", { x: "1" });
		const { object } = await publish("models/production", { x: "2" });
		expect(await start()).toMatchObject({
			kind: "object",
			object,
			inside: null,
		});
	});

	test("is woken by the one it waits for, without time passing", async () => {
		const { begin, publish, sensors, notes } = withFakeClock(work);
		const { first, found } = await begin();
		expect(first).toBe("waiting");
		const { object } = await publish("models/production", { x: "1" });
		sensors.published();
		expect(await found).toMatchObject({ kind: "object", object, inside: null });
		expect(notes).toEqual([
			"waiting for the first publication of models/production",
		]);
	});

	test("sees one that nobody told it of, when 10 s have passed", async () => {
		const { begin, publish } = withFakeClock(work);
		const { later } = await begin();
		await publish("models/production", { x: "1" });
		expect(await later(9 * second)).toBe("waiting");
		expect(await later(second)).toMatchObject({ kind: "object" });
	});

	test("takes one that is old, but was found unchanged since", async () => {
		const { begin, publications, publish } = withFakeClock({
			...work,
			maxAgeMs: 60 * minute,
		});
		const { object } = await publish("models/elsewhere", { x: "1" });
		publications.publish("models/production", object, {
			at: Date.parse("2026-11-01T10:00:00Z"),
			confirmedAt: Date.now(),
		});
		expect((await begin()).first).toMatchObject({ object });
	});

	test("does not take one that is too old", async () => {
		const { begin, publications, publish, sensors, notes } = withFakeClock({
			...work,
			maxAgeMs: 60 * minute,
		});
		const { object } = await publish("models/elsewhere", { x: "1" });
		publications.publish("models/production", object, {
			at: Date.parse("2026-11-01T10:00:00Z"),
		});
		const { first, found } = await begin();
		expect(first).toBe("waiting");
		await publish("models/production", { x: "1" });
		sensors.published();
		expect(await found).toMatchObject({ object });
		expect(notes).toEqual([
			"waiting for a new publication of models/production: the newest is from 2026-11-01T10:00:00.000Z, more than 1 h ago",
		]);
	});
});

describe("waiting", () => {
	test.each([
		["in a folder that is there", { in: "inbox/a.csv" }, "inbox/a.csv"],
		[
			"in folders that are not there yet",
			{ in: "new/folder", all: ["a.csv"] },
			"new/folder/a.csv",
		],
		[
			"in a folder below a glob's",
			{ in: "inbox/*/a.csv" },
			"inbox/there/a.csv",
		],
	])(
		"ends soon after a file arrives %s, though no time passes",
		async (_, work, arriving) => {
			const { data, start } = aSensor(work, impatient);
			write(data, { "inbox/there/": "" });
			const found = start();
			await new Promise((resolve) => setTimeout(resolve, 50));
			write(data, { [arriving]: "1" });
			expect(await found).toMatchObject({
				kind: "file" in work ? "file" : expect.any(String),
			});
		},
	);

	test("ends with the signal's reason, and leaves no timer and no watcher", async () => {
		const { start, stop, clock } = aSensor({ in: "inbox/a.csv" });
		const before = handles().length;
		const found = start();
		await (clock as FakeClock).asleep();
		stop.abort(new Error("enough"));
		await expect(found).rejects.toThrow("enough");
		expect((clock as FakeClock).sleepers).toBe(0);
		await untilNoMoreThan(before, handles);
	});

	test("does not begin when the signal is raised already", async () => {
		const { start, stop } = aSensor({ in: "inbox/a.csv" });
		stop.abort(new Error("enough"));
		await expect(start()).rejects.toThrow("enough");
	});
});

/** Only events end a sleep of seconds: without them the test hangs. */
const impatient: Clock = {
	now: systemClock.now,
	sleepUntil: (at, signal) =>
		systemClock.sleepUntil(
			at - systemClock.now() > second ? ((at + 60 * minute) as Instant) : at,
			signal,
		),
};

const handles = (): readonly string[] =>
	process
		.getActiveResourcesInfo()
		.filter((kind) => /FSEvent|Timeout/.test(kind));
