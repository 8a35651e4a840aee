import type { Run, RunStatus } from "./run.ts";

/** Read off the tasks, never stored as truth: a run cannot disagree with its own tasks. */
export function statusOf(run: Run): RunStatus {
	if (!isRunOver(run)) return run.begun === null ? "queued" : "running";
	if (run.index.cancelled > 0) return "cancelled";
	return run.index.failed > 0 ? "failed" : "succeeded";
}

export const isRunOver = (run: Run): boolean => run.index.remaining === 0;

/** Over, and nothing of it is left running or lying about. */
export const isSettled = (run: Run): boolean =>
	isRunOver(run) && run.owed.isEmpty();
