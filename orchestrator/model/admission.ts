import type { Run } from "./run.ts";

/** May a queued run begin, given the runs before it that are not over? One that must not overlap waits for those of its pipeline. */
export const mayBegin = (run: Run, earlier: readonly Run[]): boolean =>
	!run.plan.oneAtATime ||
	!earlier.some(({ plan }) => plan.pipeline === run.plan.pipeline);
