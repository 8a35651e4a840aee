import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
	dsOf,
	dueBetween,
	lookedUpTo,
	MOST_DUE,
	nextDue,
	type Schedule,
	scheduleProblem,
	toRun,
} from "../../orchestrator/model/schedule.ts";
import { type Instant, iso } from "../../orchestrator/model/words.ts";

const at = (time: string): Instant => Date.parse(time) as Instant;

const schedule = (cron: string, other: Partial<Schedule> = {}): Schedule => ({
	cron,
	zone: "UTC",
	catchup: "all",
	overlap: "queue",
	start: null,
	...other,
});

/** What the clock on the wall of the zone shows at each time. */
const wall = (zone: string, times: readonly Instant[]) => {
	const clock = new Intl.DateTimeFormat("sv-SE", {
		timeZone: zone,
		dateStyle: "short",
		timeStyle: "short",
	});
	return times.map((time) => clock.format(time));
};

const due = (cron: string, zone: string, from: string, to: string) =>
	wall(zone, dueBetween(schedule(cron, { zone }), at(from), at(to)));

describe("a time that a DST change skips fires at the first instant after the gap", () => {
	test("New York, 02:30 on 2026-03-08", () => {
		expect(
			due(
				"30 2 * * *",
				"America/New_York",
				"2026-03-07T05:00Z",
				"2026-03-10T04:00Z",
			),
		).toEqual(["2026-03-07 02:30", "2026-03-08 03:00", "2026-03-09 02:30"]);
	});

	test("Moscow, 02:30 on 2011-03-27", () => {
		expect(
			due(
				"30 2 * * *",
				"Europe/Moscow",
				"2011-03-25T21:00Z",
				"2011-03-28T21:00Z",
			),
		).toEqual(["2011-03-26 02:30", "2011-03-27 03:00", "2011-03-28 02:30"]);
	});

	test("Lord Howe, whose gap is half an hour, 02:15 on 2026-10-04", () => {
		expect(
			due(
				"15 2 * * *",
				"Australia/Lord_Howe",
				"2026-10-02T14:00Z",
				"2026-10-05T13:00Z",
			),
		).toEqual(["2026-10-03 02:15", "2026-10-04 02:30", "2026-10-05 02:15"]);
	});

	test("midnight, where the clocks change at midnight", () => {
		expect(
			due(
				"@daily",
				"America/Sao_Paulo",
				"2018-11-03T02:00Z",
				"2018-11-05T02:00Z",
			),
		).toEqual(["2018-11-03 00:00", "2018-11-04 01:00", "2018-11-05 00:00"]);
		expect(
			due("@daily", "Asia/Beirut", "2026-03-27T21:00Z", "2026-03-29T21:00Z"),
		).toEqual(["2026-03-28 00:00", "2026-03-29 01:00", "2026-03-30 00:00"]);
	});

	test("several that one gap skips fire once", () => {
		expect(
			due(
				"15,45 2 * * *",
				"America/New_York",
				"2026-03-08T05:00Z",
				"2026-03-09T05:00Z",
			),
		).toEqual(["2026-03-08 03:00"]);
		expect(
			due(
				"*/20 2 * * *",
				"America/New_York",
				"2026-03-08T05:00Z",
				"2026-03-09T06:00Z",
			),
		).toEqual(["2026-03-08 03:00", "2026-03-09 02:00"]);
	});
});

describe("a time that happens twice fires the first time", () => {
	test("New York, 01:30 on 2026-11-01", () => {
		expect(
			dueBetween(
				schedule("30 1 * * *", { zone: "America/New_York" }),
				at("2026-10-31T12:00Z"),
				at("2026-11-02T12:00Z"),
			).map(iso),
		).toEqual(["2026-11-01T05:30:00.000Z", "2026-11-02T06:30:00.000Z"]);
	});

	test("Moscow, 01:30 on 2014-10-26", () => {
		expect(
			dueBetween(
				schedule("30 1 * * *", { zone: "Europe/Moscow" }),
				at("2014-10-25T12:00Z"),
				at("2014-10-27T12:00Z"),
			).map(iso),
		).toEqual(["2014-10-25T21:30:00.000Z", "2014-10-26T22:30:00.000Z"]);
	});

	test("Lord Howe, 01:45 on 2026-04-05", () => {
		expect(
			dueBetween(
				schedule("45 1 * * *", { zone: "Australia/Lord_Howe" }),
				at("2026-04-04T00:00Z"),
				at("2026-04-06T00:00Z"),
			).map(iso),
		).toEqual(["2026-04-04T14:45:00.000Z", "2026-04-05T15:15:00.000Z"]);
	});

	test("every few hours, too", () => {
		expect(
			due(
				"0 1-23/2 * * *",
				"America/New_York",
				"2026-11-01T04:00Z",
				"2026-11-01T11:00Z",
			),
		).toEqual(["2026-11-01 01:00", "2026-11-01 03:00", "2026-11-01 05:00"]);
	});
});

describe("every hour or more often is a rhythm", () => {
	const rhythm = (from: string, to: string) =>
		due("*/30 * * * *", "America/New_York", from, to);

	test("an hour that happens twice has its times twice", () => {
		expect(rhythm("2026-11-01T04:30Z", "2026-11-01T07:00Z")).toEqual([
			"2026-11-01 01:00",
			"2026-11-01 01:30",
			"2026-11-01 01:00",
			"2026-11-01 01:30",
			"2026-11-01 02:00",
		]);
	});

	test("nothing is made up for an hour that is skipped", () => {
		expect(rhythm("2026-03-08T06:00Z", "2026-03-08T07:30Z")).toEqual([
			"2026-03-08 01:30",
			"2026-03-08 03:00",
			"2026-03-08 03:30",
		]);
	});
});

describe("what is due is what a clock on the wall would say", () => {
	const zones = [
		["America/New_York", "2026-03-06"],
		["America/New_York", "2026-10-30"],
		["Europe/Moscow", "2011-03-25"],
		["Europe/Moscow", "2014-10-24"],
		["Australia/Lord_Howe", "2026-04-03"],
		["Australia/Lord_Howe", "2026-10-02"],
		["America/Sao_Paulo", "2018-02-15"],
		["America/Sao_Paulo", "2018-11-02"],
	] as const;
	const few = (last: number) =>
		fc.uniqueArray(fc.integer({ min: 0, max: last }), {
			minLength: 1,
			maxLength: 4,
		});

	test.each(zones)("%s in the days after %s", (zone, day) => {
		fc.assert(
			fc.property(few(59), few(23), (minutes, hours) => {
				const from = at(`${day}T00:00Z`);
				const to = (from + 4 * 86_400_000) as Instant;
				const cron = `${minutes.join(",")} ${hours.join(",")} * * *`;
				expect(dueBetween(schedule(cron, { zone }), from, to)).toEqual(
					watchTheClock(zone, minutes, hours, from, to),
				);
			}),
			{ numRuns: 40 },
		);
	});

	/** Minute by minute: it rings when the time shown is one of those asked for and was not shown before, or when one was jumped over. */
	function watchTheClock(
		zone: string,
		minutes: number[],
		hours: number[],
		from: Instant,
		to: Instant,
	) {
		const wanted = (clock: number) =>
			minutes.includes((clock / 60_000) % 60) &&
			hours.includes(Math.floor(clock / 3_600_000) % 24);
		const rings = [];
		let seen = shown(zone, from);
		for (let now = from + 60_000; now <= to; now += 60_000) {
			const clock = shown(zone, now);
			let rang = false;
			for (let time = seen + 60_000; time <= clock; time += 60_000)
				rang ||= wanted(time);
			if (rang) rings.push(now);
			seen = Math.max(seen, clock);
		}
		return rings;
	}

	const clocks = new Map<string, Intl.DateTimeFormat>();
	function shown(zone: string, time: number): number {
		const clock =
			clocks.get(zone) ??
			new Intl.DateTimeFormat("sv-SE", {
				timeZone: zone,
				dateStyle: "short",
				timeStyle: "short",
			});
		clocks.set(zone, clock);
		return Date.parse(`${clock.format(time).replace(" ", "T")}Z`);
	}
});

describe("laws", () => {
	const crons = fc.constantFrom(
		"@hourly",
		"@daily",
		"@weekly",
		"*/30 * * * *",
		"30 2 * * *",
		"*/7 1-3 * * 1-5",
		"0 0 29 2 *",
	);
	const zones = fc.constantFrom(
		"UTC",
		"America/New_York",
		"Europe/Moscow",
		"Australia/Lord_Howe",
	);
	const instants = fc
		.integer({ min: at("2010-01-01"), max: at("2027-01-01") })
		.map((time) => time as Instant);
	const some = fc
		.tuple(crons, zones)
		.map(([cron, zone]) => schedule(cron, { zone }));
	const span = fc.integer({ min: 0, max: 20 * 86_400_000 });

	test("the next time is later than the instant it is asked for", () => {
		fc.assert(
			fc.property(some, instants, (daily, after) => {
				expect(nextDue(daily, after)).toBeGreaterThan(after);
			}),
		);
	});

	test("two stretches have together what the whole has", () => {
		fc.assert(
			fc.property(some, instants, span, span, (daily, from, first, second) => {
				const middle = (from + first) as Instant;
				const to = (middle + second) as Instant;
				expect([
					...dueBetween(daily, from, middle),
					...dueBetween(daily, middle, to),
				]).toEqual(dueBetween(daily, from, to));
			}),
			{ numRuns: 50 },
		);
	});

	test("the latest is the last of all", () => {
		fc.assert(
			fc.property(some, instants, span, (all, from, length) => {
				const to = (from + length) as Instant;
				expect(toRun({ ...all, catchup: "latest" }, from, to)).toEqual(
					toRun(all, from, to).slice(-1),
				);
			}),
			{ numRuns: 50 },
		);
	});
});

describe("after downtime", () => {
	const lastSeen = at("2026-11-17T12:00Z");
	const now = at("2026-11-20T12:00Z");
	const missed = [
		"2026-11-18T00:00:00.000Z",
		"2026-11-19T00:00:00.000Z",
		"2026-11-20T00:00:00.000Z",
	];
	const runs = (catchup: Schedule["catchup"], seen: Instant, upTo: Instant) =>
		toRun(schedule("@daily", { catchup }), seen, upTo).map(iso);

	test("all makes up for every time, oldest first", () => {
		expect(runs("all", lastSeen, now)).toEqual(missed);
	});

	test("latest makes up for the last of them", () => {
		expect(runs("latest", lastSeen, now)).toEqual(missed.slice(-1));
	});

	test("none makes up for nothing, and still runs what is due now", () => {
		expect(runs("none", lastSeen, now)).toEqual([]);
		expect(runs("none", lastSeen, at("2026-11-20T00:00:00.020Z"))).toEqual(
			missed.slice(-1),
		);
	});

	test("what was seen already is not due again", () => {
		const seen = at("2026-11-20T00:00Z");
		expect(runs("none", seen, at("2026-11-20T00:00:00.020Z"))).toEqual([]);
		expect(runs("all", seen, now)).toEqual([]);
	});

	test("too many at once come in portions, and none is lost", () => {
		const minutely = schedule("* * * * *");
		const seen = at("2026-11-10T00:00Z");
		const first = toRun(minutely, seen, now);
		expect(first.length).toBe(MOST_DUE);
		const looked = lookedUpTo(first, now);
		const second = toRun(minutely, looked, now);
		expect(first.length + second.length).toBe((now - seen) / 60_000);
		expect(lookedUpTo(second, now)).toBe(now);
	});
});

describe("a pipeline that is seen for the first time", () => {
	const now = at("2026-11-20T12:00Z");

	test("has nothing to make up for without a start day", () => {
		expect(toRun(schedule("@daily"), null, now)).toEqual([]);
	});

	test("is due from the beginning of its start day, by its own calendar", () => {
		const daily = schedule("@daily", {
			zone: "Asia/Tokyo",
			start: "2026-11-18",
		});
		expect(toRun(daily, null, now).map(iso)).toEqual([
			"2026-11-17T15:00:00.000Z",
			"2026-11-18T15:00:00.000Z",
			"2026-11-19T15:00:00.000Z",
		]);
		expect(toRun({ ...daily, catchup: "latest" }, null, now).map(iso)).toEqual([
			"2026-11-19T15:00:00.000Z",
		]);
		expect(toRun({ ...daily, catchup: "none" }, null, now)).toEqual([]);
	});

	test("waits for a start day that has not come", () => {
		const daily = schedule("@daily", { start: "2027-01-01" });
		expect(toRun(daily, null, now)).toEqual([]);
		expect(nextDue(daily, now)).toBe(at("2027-01-01T00:00Z"));
	});

	test("is due at the first instant of a start day without a midnight", () => {
		const daily = schedule("@daily", {
			zone: "America/Sao_Paulo",
			start: "2018-11-04",
		});
		expect(nextDue(daily, at("2018-01-01T00:00Z"))).toBe(
			at("2018-11-04T03:00Z"),
		);
	});
});

test("the date of a run is the one its zone's calendar shows", () => {
	const time = at("2026-11-20T23:30Z");
	expect(dsOf(time, "UTC")).toBe("2026-11-20");
	expect(dsOf(time, "Europe/Moscow")).toBe("2026-11-21");
	expect(dsOf(time, "America/New_York")).toBe("2026-11-20");
});

describe("a schedule that cannot be is refused with a sentence", () => {
	test.each([
		["0 6 * * *", null],
		["@daily", null],
		["30 6 * * MON-FRI", null],
		["* * * *", /has 4 fields. Use five/],
		["0 0 6 * * *", /has six fields.*leave out the seconds/],
		["@reboot", /no nickname that berth knows. Use one of @hourly/],
		["@Daily", /no nickname/],
		["61 * * * *", /cannot be read: Invalid value for minute: 61/],
		["* 5-2 * * *", /cannot be read/],
		["? 6 * * *", /contains "\?"/],
		["0 0 31 2 *", /never due/],
		["", /has 1 field/],
	])("cron %j", (cron, problem) => {
		const found = scheduleProblem(schedule(cron));
		if (problem === null) expect(found).toBeNull();
		else expect(found).toMatch(problem);
	});

	test("a zone that does not exist", () => {
		expect(scheduleProblem(schedule("@daily", { zone: "Mars/Olympus" }))).toBe(
			'There is no time zone "Mars/Olympus". Use a name of the IANA list, such as "Europe/Berlin" or "UTC".',
		);
	});

	test.each(["2026-02-30", "20 Nov 2026", "2026-11"])(
		"a start that is no day: %s",
		(start) => {
			expect(scheduleProblem(schedule("@daily", { start }))).toMatch(
				/is not a day of the calendar/,
			);
		},
	);
});
