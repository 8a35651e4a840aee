import type { Refusal } from "../port.ts";

/** The task, the pipeline or the image is at fault; the message says what to do. */
export const refused = (message: string): Refusal => ({
	kind: "refused",
	message,
	lost: false,
});

/** The machine is at fault: it costs the task no retry. */
export const refusedByMachine = (message: string): Refusal => ({
	kind: "refused",
	message,
	lost: true,
});

/** Is this the answer "no"? */
export const isRefusal = (answer: object | null): answer is Refusal =>
	answer !== null && "kind" in answer && answer.kind === "refused";
