import type { Cron } from "croner";
import { cronOf, cronProblem } from "./cron.ts";
import type { Instant } from "./words.ts";

/** When a pipeline runs by itself. */
export interface Schedule {
	/** Five fields, or a nickname such as `@daily`. */
	readonly cron: string;
	/** IANA time zone. */
	readonly zone: string;
	/** Which of the times that passed while berth was down are made up for. */
	readonly catchup: "all" | "latest" | "none";
	/** What happens when it is due while an earlier run of it is not over. */
	readonly overlap: "queue" | "skip" | "allow";
	/** YYYY-MM-DD in the zone: nothing is due before this day begins. */
	readonly start: string | null;
}

/** A sentence that says what is wrong with a schedule and what to do; null when nothing is. The functions below want one without a problem. */
export const scheduleProblem = (schedule: Schedule): string | null =>
	cronProblem(schedule.cron) ??
	zoneProblem(schedule.zone) ??
	startProblem(schedule.start);

/** The first time it is due after this instant; null when there is none. */
export function nextDue(schedule: Schedule, after: Instant): Instant | null {
	const next = cronFor(schedule).nextRun(new Date(after));
	return next ? (next.getTime() as Instant) : null;
}

/** How many times are answered at once: more than a year of an hourly schedule. */
export const MOST_DUE = 10_000;

/** Every time it is due after `after`, up to and including `upTo`, oldest first; at most `MOST_DUE`, and then the rest is found by asking again from the last of them. */
export function dueBetween(
	schedule: Schedule,
	after: Instant,
	upTo: Instant,
): readonly Instant[] {
	const times: Instant[] = [];
	let next = dueBy(schedule, after, upTo);
	while (next !== null && times.length < MOST_DUE) {
		times.push(next);
		next = dueBy(schedule, next, upTo);
	}
	return times;
}

/** What is due this long ago is being run now, not made up for. */
const PUNCTUAL_MS = 60_000;

/**
 * The times to make runs of now, oldest first, given up to when the schedule was looked at before (null: never).
 * A pipeline seen for the first time starts from its start day, and from now when it has none.
 * Afterwards the schedule has been looked at up to `lookedUpTo`.
 */
export function toRun(
	schedule: Schedule,
	lastSeen: Instant | null,
	now: Instant,
): readonly Instant[] {
	const after = lastSeen ?? (schedule.start === null ? now : longAgo);
	switch (schedule.catchup) {
		case "all":
			return dueBetween(schedule, after, now);
		case "latest":
			return latestDue(schedule, after, now);
		case "none":
			return latestDue(schedule, later(after, now - PUNCTUAL_MS), now);
	}
}

/** Up to when the schedule has been looked at once these times have their runs: `now`, unless there were too many at once. */
export const lookedUpTo = (times: readonly Instant[], now: Instant): Instant =>
	times.length < MOST_DUE ? now : (times.at(-1) ?? now);

/** The date, YYYY-MM-DD, that the zone's calendar shows at this instant. */
export const dsOf = (at: Instant, zone: string): string =>
	zone === "UTC"
		? new Date(at).toISOString().slice(0, 10) // calendars take 15 ms to load
		: calendarOf(zone).format(at);

/** The day itself, or the date that the zone's calendar shows at that instant. */
export const dayOf = (day: string | Instant, zone: string): string =>
	typeof day === "string" ? day : dsOf(day, zone);

const longAgo = 0 as Instant;

const later = (a: number, b: number): Instant => Math.max(a, b) as Instant;

/** Halves the stretch in which the last one lies, so that it need not count through a year of minutes. */
function latestDue(
	schedule: Schedule,
	after: Instant,
	now: Instant,
): readonly Instant[] {
	let last: Instant | null = null;
	let next = dueBy(schedule, after, now);
	let quiet = now;
	while (next !== null) {
		const middle = Math.floor((next + quiet) / 2) as Instant;
		const beyond = dueBy(schedule, middle, now);
		last = beyond ?? next;
		quiet = beyond === null ? middle : quiet;
		next = dueBy(schedule, last, now);
	}
	return last === null ? [] : [last];
}

function dueBy(schedule: Schedule, after: Instant, upTo: Instant) {
	const next = nextDue(schedule, after);
	return next !== null && next <= upTo ? next : null;
}

function zoneProblem(zone: string): string | null {
	try {
		calendarOf(zone);
		return null;
	} catch {
		return `There is no time zone "${zone}". Use a name of the IANA list, such as "Europe/Berlin" or "UTC".`;
	}
}

function startProblem(start: string | null): string | null {
	if (start === null) return null;
	const day = new Date(`${start}T00:00:00Z`);
	const real =
		/^\d{4}-\d{2}-\d{2}$/.test(start) &&
		!Number.isNaN(day.getTime()) &&
		day.toISOString().startsWith(start);
	return real
		? null
		: `The start "${start}" is not a day of the calendar. Write it as YYYY-MM-DD, such as "2026-11-20".`;
}

const crons = new Map<string, Cron>();

/** Reading an expression costs more than asking it, and there are as many as pipelines. */
function cronFor({ cron, zone, start }: Schedule): Cron {
	const key = `${cron}\n${zone}\n${start}`;
	const known = crons.get(key) ?? cronOf(cron, zone, start);
	crons.set(key, known);
	return known;
}

const calendars = new Map<string, Intl.DateTimeFormat>();

function calendarOf(timeZone: string): Intl.DateTimeFormat {
	const known =
		calendars.get(timeZone) ??
		new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" });
	calendars.set(timeZone, known);
	return known;
}
