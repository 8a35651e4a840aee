import type { Problem } from "./port.ts";

/** The task, its pipeline or a person has to do something first. */
export const problem = (message: string): Problem => ({
	kind: "problem",
	message,
	lost: false,
});

/** The world's doing: trying again is the cure, and costs the task no retry. */
export const lost = (message: string): Problem => ({
	kind: "problem",
	message,
	lost: true,
});
