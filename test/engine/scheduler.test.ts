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
}) {
	const clock = new HandClock(at(wish.now));
	const begun: string[] = [];
	const troubles: string[] = [];
	let upTo = wish.last === undefined ? null : at(wish.last);
	scheduler = new Scheduler({
		clock,
		store: {
			scheduledUpTo: async () => upTo,
			setScheduledUpTo: async (_, instant) => {
				upTo = instant;
			},
		},
		scheduled: async () => [
			{ name: "p", schedule: { ...daily, ...wish.schedule } },
		],
		begin: async (pipeline, schedule, due) => {
			const problem = (await wish.begin?.(pipeline, schedule, due)) ?? null;
			if (problem === null) begun.push(iso(due));
			return problem;
		},
		onTrouble: (text) => troubles.push(text),
	});
	scheduler.start();
	return { clock, begun, troubles, upTo: () => upTo };
}

test("a pipeline that is seen for the first time runs when it is next due", async () => {
	const { clock, begun } = aScheduler({ now: "2026-11-20T12:00:00Z" });
	await clock.asleep();
	expect(begun).toEqual([]);
	await clock.moveTo(at("2026-11-21T00:00:00Z"));
	expect(begun).toEqual(["2026-11-21T00:00:00.000Z"]);
});

test("it sleeps until the next one is due, and no shorter", async () => {
	const { clock } = aScheduler({ now: "2026-11-20T12:00:00Z" });
	expect(iso(await clock.asleep())).toBe("2026-11-21T00:00:00.000Z");
});

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
