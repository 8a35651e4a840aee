import type { Run } from "./run.ts";

/** May a queued run begin, given the runs before it that are not over? One that must not overlap waits for those of its pipeline that publish something. */
export const mayBegin = (run: Run, earlier: readonly Run[]): boolean =>
	!run.plan.oneAtATime ||
	!earlier.some((other) => standsInTheWayOf(run.plan.pipeline, other));

/** A replay publishes nothing, so it may go on beside any other run. */
export const standsInTheWayOf = (pipeline: string, { plan }: Run): boolean =>
	plan.pipeline === pipeline && plan.replays === undefined;
