import { beginRun } from "../../orchestrator/model/begin.ts";
import { type Command, commands } from "../../orchestrator/model/commands.ts";
import { alarm, decide } from "../../orchestrator/model/decide.ts";
import type { Event, Observation } from "../../orchestrator/model/events.ts";
import { evolve } from "../../orchestrator/model/evolve.ts";
import type { Plan } from "../../orchestrator/model/plan.ts";
import type { Run } from "../../orchestrator/model/run.ts";
import type { Instant, RunId } from "../../orchestrator/model/words.ts";
import { aPrepared, aValue, instant } from "../rig/plans.ts";

/** What the container of this attempt exits with. */
export type Script = (task: string, attempt: number) => number;

/** Plays a plan to its end, everything that is going on answering at once. */
export function play(plan: Plan, slots: number, script: Script): Run {
	let run = beginRun({ id: "p@2026-11-20~1" as RunId, plan });
	let heard: readonly Event[] = [{ type: "run-begun", at: instant(0) }];
	for (let now: Instant | null = instant(0); now !== null; ) {
		const seen = heard.reduce(evolve, run);
		const decided = decide(seen, now, slots - seen.index.slots);
		run = decided.reduce(evolve, seen);
		const at = now;
		heard = commands(run).map((command) => answer(command, at, script));
		if (heard.length === 0) now = alarm(run);
	}
	return run;
}

function answer(command: Command, at: Instant, script: Script): Observation {
	const { task, attempt } = command;
	const of = { task: task.name, attempt, at };
	switch (command.do) {
		case "prepare":
			return { type: "prepared", ...of, prepared: aPrepared() };
		case "launch":
			return { type: "started", ...of };
		case "wait":
		case "stop":
			return {
				type: "exited",
				...of,
				code: script(task.name, attempt),
				warning: null,
			};
		case "publish":
		case "promote":
			return { type: "published", ...of, value: aValue };
		case "watch":
			return { type: "found", ...of, source: { kind: "files", files: [] } };
		case "release":
			return { type: "released", ...of };
	}
}
