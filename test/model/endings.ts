import type { Ending } from "../../orchestrator/model/task-state.ts";

/** Ways in which attempts end in these tests. The first two are the task's own fault. */
export const REFUSED: Ending = { kind: "refused", message: "No.", lost: false };
export const REJECTED: Ending = {
	kind: "rejected",
	message: "No.",
	lost: false,
};
export const VANISHED: Ending = { kind: "vanished", message: "It is gone." };
