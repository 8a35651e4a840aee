import { afterEach, expect, test } from "vitest";
import {
	Scheduler,
	type SchedulerParts,
} from "../../orchestrator/engine/scheduler.ts";
import type { Schedule } from "../../orchestrator/model/schedule.ts";
import { type Instant, iso } from "../../orchestrator/model/words.ts";
import { HandClock } from "../rig/hand-clock.ts";

const at = (text: string) => Date.parse(text) as Instant;
const daily: Schedule = {
	cron: "@daily",
	zone: "UTC",
	catchup: "latest",
	overlap: "queue",
	start: null,
};

let scheduler: Scheduler;
afterEach(() => scheduler.close());

/** A scheduler on a clock that is moved by hand; `begun` tells which runs it made. */
function aScheduler(wish: {
	readonly now: string;
	readonly schedule?: Partial<Schedule>;
	readonly last?: string;
	readonly begin?: SchedulerParts["begin"];
	readonly names?: readonly string[];
	readonly scheduled?: () => void;
}) {
	const clock = new HandClock(at(wish.now));
	const begun: string[] = [];
	const troubles: string[] = [];
	const last = wish.last === undefined ? null : at(wish.last);
	const upTo = new Map<string, { key: string; at: Instant }>();
	scheduler = new Scheduler({
		clock,
		store: {
			scheduledUpTo: async (name, key) => {
				const known = upTo.get(name);
				return known ? (known.key === key ? known.at : null) : last;
			},
			setScheduledUpTo: async (name, key, at) => {
				upTo.set(name, { key, at });
			},
		},
		scheduled: async () => {
			wish.scheduled?.();
			const schedule = { ...daily, ...wish.schedule };
			return (wish.names ?? ["p"]).map((name) => ({ name, schedule }));
		},
		begin: async (pipeline, schedule, due) => {
			const problem = (await wish.begin?.(pipeline, schedule, due)) ?? null;
			if (problem === null) begun.push(iso(due));
			return problem;
		},
		onTrouble: (text) => troubles.push(text),
	});
	void scheduler.start();
	return { clock, begun, troubles, upTo: () => upTo.get("p")?.at };
}

test("a pipeline that is seen for the first time runs when it is next due", async () => {
	const { clock, begun } = aScheduler({ now: "2026-11-20T12:00:00Z" });
	await clock.asleep();
	expect(begun).toEqual([]);
	await clock.moveTo(at("2026-11-21T00:00:00Z"));
	expect(begun).toEqual(["2026-11-21T00:00:00.000Z"]);
});

test.each([
	["2026-11-20T23:30:00Z", "2026-11-21T00:00:00.000Z"],
	["2026-11-20T12:00:00Z", "2026-11-20T13:00:00.000Z"],
])(
	"at %s it sleeps until the next one is due, or an hour",
	async (now, until) => {
		const { clock } = aScheduler({ now });
		expect(iso(await clock.asleep())).toBe(until);
	},
);

test.each([
	["all", ["2026-11-18", "2026-11-19", "2026-11-20"]],
	["latest", ["2026-11-20"]],
	["none", []],
] as const)(
	"after downtime, catch-up '%s' makes up for %j",
	async (catchup, days) => {
		const { clock, begun } = aScheduler({
			now: "2026-11-20T12:00:00Z",
			last: "2026-11-17T12:00:00Z",
			schedule: { catchup },
		});
		await clock.asleep();
		expect(begun).toEqual(days.map((day) => `${day}T00:00:00.000Z`));
	},
);

test("a run that cannot be planned stays due, and is made when something has changed", async () => {
	let isSet = false;
	const { clock, begun, troubles } = aScheduler({
		now: "2026-11-20T12:00:00Z",
		last: "2026-11-19T12:00:00Z",
		begin: async () => (isSet ? null : "the variable model_path is not set."),
	});
	await clock.asleep();
	expect(begun).toEqual([]);
	expect(troubles.join()).toContain("model_path");
	isSet = true;
	scheduler.wake();
	await expect.poll(() => begun).toEqual(["2026-11-20T00:00:00.000Z"]);
	await clock.asleep();
});

test("what was looked at is not looked at again", async () => {
	const { clock, begun, upTo } = aScheduler({
		now: "2026-11-20T12:00:00Z",
		last: "2026-11-19T12:00:00Z",
	});
	await clock.asleep();
	expect(iso(upTo() ?? at("1970-01-01T00:00:00Z"))).toBe(
		"2026-11-20T12:00:00.000Z",
	);
	scheduler.wake();
	await clock.asleep();
	expect(begun).toHaveLength(1);
});

const minute = 60_000;
const afterDowntime = {
	now: "2026-11-20T12:00:00Z",
	last: "2026-11-19T12:00:00Z",
};

test("what cannot be planned is tried again by time, ever less often, and told once", async () => {
	const problem: { now: string | null } = { now: "x.ts: it was too slow." };
	const { clock, begun, troubles } = aScheduler({
		...afterDowntime,
		begin: async () => problem.now,
	});
	const pauses: number[] = [];
	for (let count = 0; count < 6; count++) {
		const next = await clock.asleep();
		pauses.push((next - clock.now()) / minute);
		await clock.moveTo(next);
	}
	expect(pauses).toEqual([1, 2, 4, 8, 15, 15]);
	expect(troubles).toEqual([
		'Pipeline "p" was due at 2026-11-20T00:00:00.000Z, but x.ts: it was too slow. It is tried again within 15 minutes, and as soon as a pipeline or a variable changes.',
	]);
	problem.now = "x.ts: it is broken.";
	await clock.moveTo(await clock.asleep());
	expect(troubles).toHaveLength(2);
	problem.now = null;
	await clock.moveTo(await clock.asleep());
	expect(begun).toEqual(["2026-11-20T00:00:00.000Z"]);
	expect((await clock.asleep()) - clock.now()).toBe(60 * minute);
});

test("a pipeline whose run fails to be made keeps no other from its own", async () => {
	const { clock, begun, troubles } = aScheduler({
		...afterDowntime,
		names: ["p", "q"],
		begin: async (pipeline) => {
			if (pipeline === "p") throw new Error("no more processes");
			return null;
		},
	});
	expect((await clock.asleep()) - clock.now()).toBe(minute);
	expect(begun).toHaveLength(1);
	expect(troubles).toEqual([
		expect.stringContaining("its run was not made: no more processes. It is"),
	]);
});

test("schedules that cannot be listed are looked at again soon, and told once", async () => {
	let isAway = true;
	const { clock, begun, troubles } = aScheduler({
		...afterDowntime,
		scheduled: () => {
			if (isAway) throw new Error("no more processes");
		},
	});
	await clock.moveTo(await clock.asleep());
	expect(troubles).toEqual([
		expect.stringContaining("The schedules could not be looked at: no more"),
	]);
	isAway = false;
	await clock.moveTo(await clock.asleep());
	expect(begun).toHaveLength(1);
});

test("catch-up 'none' leaves out what came while berth was down, and not what could not be planned", async () => {
	const problem: { now: string | null } = { now: "x.ts: it was too slow." };
	const { clock, begun } = aScheduler({
		now: "2026-11-20T23:30:00Z",
		schedule: { catchup: "none" },
		begin: async () => problem.now,
	});
	await clock.moveTo(await clock.asleep());
	await clock.moveTo(await clock.asleep());
	problem.now = null;
	await clock.moveTo(await clock.asleep());
	expect(begun).toEqual(["2026-11-21T00:00:00.000Z"]);
});

test.each([
	{ edit: { cron: "0 15 * * *" }, next: "2026-11-21T15:00:00.000Z" },
	{ edit: { zone: "America/New_York" }, next: "2026-11-21T14:00:00.000Z" },
])(
	"what would have been due before the edit $edit is not run",
	async ({ edit, next }) => {
		const schedule = { cron: "0 9 * * *" };
		const { clock, begun } = aScheduler({
			now: "2026-11-20T12:00:00Z",
			schedule,
		});
		await clock.asleep();
		Object.assign(schedule, edit);
		await clock.moveTo(at("2026-11-20T18:00:00Z"));
		expect(begun).toEqual([]);
		await clock.moveTo(at(next));
		expect(begun).toEqual([next]);
	},
);

test("who closes it hears nothing of a run that was being planned; its time stays due", async () => {
	const { promise, reject } = Promise.withResolvers<string | null>();
	const asked = Promise.withResolvers<void>();
	const { begun, troubles, upTo } = aScheduler({
		now: "2026-11-20T12:00:00Z",
		last: "2026-11-19T12:00:00Z",
		begin: () => {
			asked.resolve();
			return promise;
		},
	});
	await asked.promise;
	const closed = scheduler.close();
	reject(new Error("The pipelines folder was closed."));
	await closed;
	expect({ begun, troubles }).toEqual({ begun: [], troubles: [] });
	expect(upTo()).toBe(at("2026-11-20T00:00:00Z") - 1);
});
