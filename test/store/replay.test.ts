import fc from "fast-check";
import { expect, test } from "vitest";
import { beginRun } from "../../orchestrator/model/begin.ts";
import type { Event } from "../../orchestrator/model/events.ts";
import { evolve } from "../../orchestrator/model/evolve.ts";
import type { Run } from "../../orchestrator/model/run.ts";
import { isSettled } from "../../orchestrator/model/status.ts";
import type { Store } from "../../orchestrator/store/port.ts";
import { openStore } from "../../orchestrator/store/sqlite/sqlite-store.ts";
import { aPrepared, aSensor, aTask } from "../rig/plans.ts";
import {
	aNewRun,
	anOutput,
	at,
	aValue,
	hash,
	StoredRun,
	task,
} from "./a-store.ts";

const tasks = [
	aTask("a", { retries: { times: 1, backoffMs: 0 }, timeoutMs: 50 }),
	aSensor("b"),
	aTask("c", { after: ["a", "b"] }),
	aTask("d", { after: ["c"], join: "all-over" }),
];

const endings = [
	{ kind: "timed-out", message: "It took too long." },
	{ kind: "out-of-disk", message: "It wrote too much." },
	{ kind: "refused", message: "No such image.", lost: true },
	{ kind: "vanished", message: "It is gone." },
] as const;

/** Any event at all, also one that makes no sense now: folding is total, and so is storing. */
const events: fc.Arbitrary<Event> = fc
	.record({
		name: fc.constantFrom("a", "b", "c", "d"),
		attempt: fc.integer({ min: 1, max: 2 }),
		time: fc.integer({ min: 0, max: 100 }),
		code: fc.constantFrom(0, 0, 0, 1, 99),
		ending: fc.constantFrom(...endings),
		kind: fc.nat(16),
	})
	.map(({ name, attempt, time, code, ending, kind }): Event => {
		const when = { at: at(time) };
		const of = { task: task(name), attempt, ...when };
		const value = aValue(anOutput(`x/${name}`, hash(String(attempt))));
		const all: readonly Event[] = [
			{ type: "attempt-scheduled", ...of },
			{ type: "prepared", ...of, prepared: aPrepared() },
			{ type: "attempt-admitted", ...of },
			{ type: "started", ...of },
			{ type: "exited", ...of, code, warning: null },
			{ type: "published", ...of, value },
			{ type: "released", ...of },
			{ type: "ended", ...of, ending },
			{ type: "stop-requested", ...of, because: "timed-out" },
			{ type: "watch-expired", ...of },
			{ type: "noted", ...of, note: `since ${time}` },
			{
				type: "found",
				...of,
				source: { kind: "object", object: hash("f"), inside: null },
			},
			{ type: "run-begun", ...when },
			{ type: "cancel-requested", ...when },
			{ type: "task-cancelled", task: of.task, ...when },
			{
				type: "task-skipped",
				task: of.task,
				because: { kind: "upstream", task: task("a") },
				...when,
			},
			{ type: "task-carried", task: of.task, run: "train@0", value, ...when },
		];
		return all[kind] ?? { type: "run-begun", ...when };
	});

/** Turns that often get somewhere: events of one task in the order of its life, with anything in between. */
const turns = fc.array(
	fc.oneof(
		fc.array(events, { minLength: 1, maxLength: 6 }),
		fc.constantFrom("a", "c", "d").map(life),
	),
	{ maxLength: 8 },
);

function life(name: string): Event[] {
	const of = { task: task(name), attempt: 1, at: at(10) };
	return [
		{ type: "run-begun", at: at(1) },
		{ type: "attempt-scheduled", ...of },
		{ type: "prepared", ...of, prepared: aPrepared() },
		{ type: "attempt-admitted", ...of },
		{ type: "started", ...of },
	];
}

test("replaying the journal gives the stored rows, and the stored rows give the run", async () => {
	await fc.assert(
		fc.asyncProperty(turns, async (happened) => {
			const store = openStore(":memory:");
			const made = aNewRun("train@1", tasks);
			const stored = await StoredRun.create(store, made);
			const chosen = withoutRepeats(happened);
			for (const turn of chosen) await stored.turn(...turn);
			const journal = await store.events(made.id);
			expect(journal).toEqual(chosen.flat());
			const replayed = journal.reduce(evolve, beginRun(made));
			await expectStored(store, replayed);
			store.close();
		}),
		{ numRuns: 100 },
	);
});

/** An attempt is scheduled once: that is ours to choose, and a second time would be a bug, which the store refuses. */
function withoutRepeats(happened: readonly Event[][]): Event[][] {
	const scheduled = new Set<string>();
	const isRepeat = (event: Event): boolean => {
		if (event.type !== "attempt-scheduled") return false;
		const attempt = `${event.task}/${event.attempt}`;
		return scheduled.has(attempt) || !scheduled.add(attempt);
	};
	return happened.map((turn) => turn.filter((event) => !isRepeat(event)));
}

async function expectStored(store: Store, run: Run): Promise<void> {
	const detail = await store.run(run.id);
	const states = detail?.tasks.map(({ name, state }) => [name, state]);
	expect(states).toEqual(
		run.plan.tasks.map(({ name }) => [name, run.tasks.get(name)]),
	);
	expect(detail?.settled).toBe(isSettled(run));
	const [restored] = await store.active();
	expect(restored === undefined).toBe(isSettled(run));
	if (!restored) return;
	expect(restored.begun).toBe(run.begun);
	expect(restored.cancelled).toBe(run.cancelled);
	expect(restored.owed.toJS()).toEqual(run.owed.toJS());
	expect(restored.index.slots).toBe(run.index.slots);
	expect(restored.index.remaining).toBe(run.index.remaining);
	for (const { name, attempts } of detail?.tasks ?? [])
		expectAttempts(run, name, attempts);
}

/** An attempt has an ending unless its task is busy with it. */
function expectAttempts(
	run: Run,
	name: Parameters<typeof run.tasks.get>[0],
	attempts: readonly { number: number; ending: unknown }[],
): void {
	const state = run.tasks.get(name);
	const busy =
		state && "tally" in state && state.status !== "resting"
			? state.attempt
			: null;
	for (const { number, ending } of attempts)
		expect([number, ending === null]).toEqual([number, number === busy]);
}
