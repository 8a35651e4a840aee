import type { Problem } from "../artifacts/port.ts";
import type { Ending } from "../model/task-state.ts";
import type { Refusal } from "../runtimes/port.ts";

/** An attempt cannot be made, and why. */
export interface Refused {
	readonly kind: "refused";
	readonly ending: Extract<Ending, { kind: "refused" }>;
}

export const refused = (message: string, lost = false): Refused => ({
	kind: "refused",
	ending: { kind: "refused", message, lost },
});

export const refusedBy = ({ message, lost }: Problem | Refusal): Refused =>
	refused(message, lost);

/** Trying again would find the same. */
export const refusedForGood = (message: string): Refused => ({
	kind: "refused",
	ending: { kind: "refused", message, lost: false, final: true },
});
