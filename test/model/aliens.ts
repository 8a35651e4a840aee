import type { Event } from "../../orchestrator/model/events.ts";
import type { Run } from "../../orchestrator/model/run.ts";
import type { Instant, TaskName } from "../../orchestrator/model/words.ts";
import { aPrepared, aValue, instant, named } from "../rig/plans.ts";
import { VANISHED } from "./endings.ts";
import { stateIn } from "./oracle.ts";

/** Events that cannot concern this run as it is: of a task it does not have, and of attempts that are not the current one. */
export function* aliens(run: Run): Generator<Event> {
	yield* eventsOf(named("nobody"), 1);
	for (const { name } of run.plan.tasks) {
		const state = stateIn(run, name);
		const attempt = "attempt" in state ? state.attempt : 0;
		const next = state.status === "resting" || attempt === 0 ? 1 : 0;
		if (state.status !== "waiting") yield* beginnings(name);
		for (const other of [attempt - 1, attempt + 1 + next])
			yield* eventsOf(name, other);
	}
}

/** What may befall a task only before its first attempt. */
const beginnings = (task: TaskName): readonly Event[] => [
	{ type: "task-carried", task, run: "another", value: aValue, at: instant(1) },
	{
		type: "task-skipped",
		task,
		because: { kind: "upstream", task },
		at: instant(1),
	},
];

/** One of each kind that names an attempt. */
export function eventsOf(
	task: TaskName,
	attempt: number,
	at: Instant = instant(1),
): readonly Event[] {
	const of = { task, attempt, at };
	return [
		{ type: "attempt-scheduled", ...of },
		{ type: "attempt-admitted", ...of },
		{ type: "stop-requested", ...of, because: "cancelled" },
		{ type: "watch-expired", ...of },
		{ type: "noted", ...of, note: "a note" },
		{ type: "prepared", ...of, prepared: aPrepared() },
		{ type: "started", ...of },
		{ type: "exited", ...of, code: 0, warning: null },
		{ type: "ended", ...of, ending: VANISHED },
		{ type: "overflowed", ...of, message: "It wrote too much." },
		{ type: "published", ...of, value: aValue },
		{ type: "found", ...of, source: { kind: "files", files: [] } },
	];
}
