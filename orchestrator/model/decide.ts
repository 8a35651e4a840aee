import type { Decision } from "./events.ts";
import { evolve } from "./evolve.ts";
import { taskOf } from "./graph.ts";
import { breaks, dueAt, stateOf } from "./index-run.ts";
import { slotsOf, type Task } from "./plan.ts";
import type { Run } from "./run.ts";
import { dueBy } from "./timers.ts";
import type { Instant, TaskName } from "./words.ts";

/** Everything there is to choose now, with `room` free slots. Applying the answer leaves nothing more to choose. */
export function decide(run: Run, now: Instant, room: number): Decision[] {
	if (run.begun === null && run.cancelled === null) return [];
	const decisions: Decision[] = [];
	let after = run;
	const choose = (decision: Decision): void => {
		decisions.push(decision);
		after = evolve(after, decision);
	};
	for (let chosen = -1; chosen < decisions.length; ) {
		chosen = decisions.length;
		for (const name of toLookAt(after, now)) {
			const decision = choice(after, name, now);
			if (decision) choose(decision);
		}
	}
	for (const admission of admissions(after, now, room)) choose(admission);
	return decisions;
}

/** The next instant at which time alone changes the answer. The loop sleeps until then. */
export const alarm = (run: Run): Instant | null => run.index.timers?.at ?? null;

function toLookAt(run: Run, now: Instant): TaskName[] {
	return [...run.index.agenda, ...dueBy(run.index.timers, now)];
}

function choice(run: Run, name: TaskName, now: Instant): Decision | null {
	const task = taskOf(run.graph, name);
	const state = stateOf(run, name);
	const cancelled = run.cancelled !== null;
	const isDue = (dueAt(task, state) ?? Number.POSITIVE_INFINITY) <= now;
	const of = { task: name, at: now };
	switch (state.status) {
		case "waiting":
			if (cancelled) return { type: "task-cancelled", ...of };
			return firstChoice(run, task, now);
		case "resting":
			if (cancelled) return { type: "task-cancelled", ...of };
			return isDue
				? { type: "attempt-scheduled", ...of, attempt: state.attempt + 1 }
				: null;
		case "preparing":
			return cancelled ? { type: "task-cancelled", ...of } : null;
		case "watching":
			if (cancelled) return { type: "task-cancelled", ...of };
			return isDue
				? { type: "watch-expired", ...of, attempt: state.attempt }
				: null;
		case "starting":
		case "running":
			if (!cancelled && !isDue) return null;
			return {
				type: "stop-requested",
				...of,
				attempt: state.attempt,
				because: cancelled ? "cancelled" : "timed-out",
			};
		case "publishing":
		case "promoting":
		case "stopping":
		case "succeeded":
		case "failed":
		case "skipped":
		case "cancelled":
			return null;
	}
}

/** A task that waits is skipped as soon as its join cannot hold any more, and tried once it does. */
function firstChoice(run: Run, task: Task, at: Instant): Decision | null {
	const { name, after } = task;
	const broken = after.find((upstream) => breaks(stateOf(run, upstream), task));
	if (broken !== undefined)
		return {
			type: "task-skipped",
			task: name,
			because: { kind: "upstream", task: broken },
			at,
		};
	return run.index.open.has(name)
		? null
		: { type: "attempt-scheduled", task: name, attempt: 1, at };
}

/** First come, first served, as long as there is room. */
function* admissions(run: Run, at: Instant, room: number): Generator<Decision> {
	let left = room;
	for (const name of run.index.launchable) {
		const state = stateOf(run, name);
		left -= slotsOf(taskOf(run.graph, name).work);
		if (left < 0 || state.status !== "preparing") return;
		yield { type: "attempt-admitted", task: name, attempt: state.attempt, at };
	}
}
