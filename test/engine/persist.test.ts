import { describe, expect, test } from "vitest";
import { Outage } from "../../orchestrator/engine/outage.ts";
import { persist } from "../../orchestrator/engine/persist.ts";
import type { Worker } from "../../orchestrator/engine/worker.ts";
import { beginRun } from "../../orchestrator/model/begin.ts";
import type { Command } from "../../orchestrator/model/commands.ts";
import type { RunId } from "../../orchestrator/model/words.ts";
import { RuntimeUnreachable } from "../../orchestrator/runtimes/port.ts";
import { StoreUnavailable } from "../../orchestrator/store/trouble-port.ts";
import { aPlan, aPrepared, aTask, instant } from "../rig/plans.ts";

const task = aTask("train");
const run = beginRun({ id: "p@2026-11-20~1" as RunId, plan: aPlan(task) });
const of = { task, attempt: 2 };
const prepared = aPrepared();

const never: Command[] = [
	{ do: "wait", ...of, prepared },
	{ do: "publish", ...of, prepared },
	{ do: "stop", ...of, prepared, atOnce: false },
	{ do: "release", ...of, keep: false },
];
const notBegun: Command[] = [
	{ do: "prepare", ...of },
	{ do: "launch", ...of, prepared },
	{ do: "watch", ...of },
];

/** Persists with a worker that fails so many times, each time with the next of these; `pauses` are taken at once. */
function persisting(
	command: Command,
	wish: {
		readonly errors: readonly Error[];
		readonly times: number;
		/** At which pause the command is not wanted any more. */
		readonly abortAt?: number;
		/** How long the trial of this number takes, by the clock; the others take no time. */
		readonly long?: { readonly trial: number; readonly ms: number };
		readonly mayHaveBegun?: boolean;
	},
) {
	const { errors, times, abortAt, long, mayHaveBegun = false } = wish;
	let now = 0;
	const troubles: string[] = [];
	let tries = 0;
	const pauses: number[] = [];
	const worker: Worker = {
		now: () => instant(now),
		mayHaveBegun: async () => mayHaveBegun,
		perform: async () => {
			if (tries === long?.trial) now += long.ms;
			const error = errors[tries++ % errors.length];
			if (tries <= times && error) throw error;
			return null;
		},
	};
	const abort = new AbortController();
	const done = persist(
		{ run, command, note: () => undefined, signal: abort.signal },
		worker,
		{
			onTrouble: (text) => troubles.push(text),
			outage: new Outage((text) => troubles.push(text)),
			pause: async (ms) => {
				if (pauses.push(ms) === abortAt) abort.abort();
			},
		},
	);
	return { troubles, tries: () => tries, pauses, done };
}

const bug = new Error("It is not so.");
const silent = new RuntimeUnreachable("No engine listens.");

describe.each(never)("$do", (command) => {
	test("is never given up: whatever is surprising is tried again", async () => {
		const { done, tries } = persisting(command, { errors: [bug], times: 20 });
		expect(await done).toBeNull();
		expect(tries()).toBe(21);
	});
});

describe.each(notBegun)("$do", (command) => {
	test("is given up after a few surprises, in a sentence with one full stop", async () => {
		const { done, tries } = persisting(command, { errors: [bug], times: 20 });
		expect(await done).toMatchObject({
			type: "ended",
			attempt: 2,
			ending: {
				kind: "refused",
				lost: true,
				message: expect.stringMatching(
					/^berth could not [a-z ]+ "train"( waits for)?: It is not so\.$/,
				),
			},
		});
		expect(tries()).toBe(4);
	});

	test("is not given up while the runtime does not answer", async () => {
		const { done, tries } = persisting(command, {
			errors: [silent],
			times: 20,
		});
		expect(await done).toBeNull();
		expect(tries()).toBe(21);
	});
});

test.each([
	Object.assign(new Error("ENOSPC: no space left on device, mkdir"), {
		code: "ENOSPC",
	}),
	new StoreUnavailable("full", "The database is full."),
])(
	"room on the disk is waited for, and told without a stack: %s",
	async (error) => {
		const launch: Command = { do: "launch", ...of, prepared };
		const { done, tries, troubles } = persisting(launch, {
			errors: [error],
			times: 20,
		});
		expect(await done).toBeNull();
		expect(tries()).toBe(21);
		const words = error.message.replace(/\.$/, "");
		expect(troubles).toEqual([
			`The disk is in the way: ${words}. Waiting for it to start task "train" (${run.id}/train/2).`,
		]);
	},
);

const waiting: Command = { do: "wait", ...of, prepared };

test("it is tried again ever more seldom, but at least every minute", async () => {
	const { pauses, done } = persisting(waiting, { errors: [bug], times: 12 });
	await done;
	expect(pauses.slice(0, 3)).toEqual([200, 400, 800]);
	expect(pauses.slice(-2)).toEqual([60_000, 60_000]);
});

test("a trial that lasted is followed by the next one soon, however often it was in vain before", async () => {
	const long = { trial: 10, ms: 60_000 };
	const errors = [bug];
	const { pauses, done } = persisting(waiting, { errors, times: 13, long });
	await done;
	expect(pauses.slice(8)).toEqual([51_200, 60_000, 200, 400, 800]);
});

test("a launch whose start was asked for is never given up", async () => {
	const launch: Command = { do: "launch", ...of, prepared };
	const errors = [bug];
	const wish = { errors, times: 20, mayHaveBegun: true };
	const { done, tries } = persisting(launch, wish);
	expect(await done).toBeNull();
	expect(tries()).toBe(21);
});

test("a surprise is told when its words change, and not at every try", async () => {
	const other = new Error("It is otherwise.");
	const errors = [bug, bug, other, other, bug];
	const { troubles, done } = persisting(waiting, { errors, times: 5 });
	await done;
	expect(troubles).toHaveLength(3);
	expect(troubles[0]).toContain(
		`Could not wait for task "train" (${run.id}/train/2), trying again: Error: It is not so.`,
	);
});

test("a runtime that does not answer is told once, and so is that it answers again", async () => {
	const { troubles, done } = persisting(waiting, {
		errors: [silent],
		times: 6,
	});
	await done;
	expect(troubles).toEqual([
		"Waiting for the runtime: No engine listens.",
		"The runtime answers again; what waited for it goes on.",
	]);
});

test("what is not wanted any more ends without a word", async () => {
	const wish = { errors: [bug], times: 9, abortAt: 2 };
	const { done, tries } = persisting(waiting, wish);
	expect(await done).toBeNull();
	expect(tries()).toBe(2);
});
