import type { Task } from "./plan.ts";
import { LOST_TIMES, pauseAfter } from "./retry.ts";
import { isFinal, isLost, type TaskState } from "./task-state.ts";
import { type Instant, iso } from "./words.ts";

/** A task whose latest attempt ended badly. */
export type Spent = Extract<TaskState, { status: "resting" | "failed" }>;

/**
 * What happened to the latest attempt: `It exited with code 3 (attempt 2 of 3). Its log says why.` Only attempts that count against the
 * task's own retries are counted here; `attempt 2 of 3` may be the fifth try, when the world lost three.
 */
export function whatHappened(task: Task, state: Spent): string {
	const { message } = state.ending;
	const allowed = task.retries.times + 1;
	if (isLost(state.ending) || isFinal(state.ending) || allowed === 1)
		return message;
	const used = state.status === "resting" ? state.tally.failed : allowed;
	return message.replace(SENTENCE_END, ` (attempt ${used} of ${allowed})$&`);
}

/** What happens next to a task whose latest attempt ended badly, and to which budget that one went. */
export function whatNext(task: Task, state: Spent): string {
	const lost = isLost(state.ending);
	if (state.status === "resting") {
		const when = `Next attempt at ${timeOf(task, state)}`;
		return lost
			? `This does not use up a retry. ${when} (${state.tally.lost} of ${LOST_TIMES}).`
			: `${when}.`;
	}
	if (lost)
		return `No attempt is left: ${LOST_TIMES} more were made that used up no retry, and were lost as well. ${AGAIN}`;
	if (isFinal(state.ending))
		return "It is not tried again: that would find the same.";
	return task.retries.times > 0
		? `No attempt is left. ${AGAIN}`
		: `It has no retries. ${AGAIN}`;
}

const AGAIN = "`berth retry` goes on from here in a new run.";

/** A full stop that ends a sentence, and not one inside of a name. */
const SENTENCE_END = /\.(?=\s|$)|$/;

/** The day is only said where people might take it for another one. */
function timeOf(
	task: Task,
	state: Extract<Spent, { status: "resting" }>,
): string {
	const pause = pauseAfter(state.ending, state.tally, task.retries) ?? 0;
	return inUtc(state.until, pause > HALF_A_DAY_MS);
}

const HALF_A_DAY_MS = 12 * 3_600_000;

function inUtc(at: Instant, withDay: boolean): string {
	const [day, time = ""] = iso(at).split("T");
	return `${withDay ? `${day} ` : ""}${time.slice(0, 8)} UTC`;
}
