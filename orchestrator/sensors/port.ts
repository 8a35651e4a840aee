import type { FilesWork, PublicationWork } from "../model/plan.ts";
import type { Source } from "../model/task-state.ts";

/** Waits for something outside. Takes no slot, leaves nothing behind, and starts anew after a crash. */
export interface Sensors {
	/** Answers once it is there; rejects with the signal's reason when that is raised. `note` says what is still missing, only when that changes. */
	watch(
		work: FilesWork | PublicationWork,
		note: (text: string) => void,
		signal: AbortSignal,
	): Promise<Source>;
	/** What is there now, or what is still missing, in words. Nothing is waited for, and nothing copied. */
	look(work: FilesWork | PublicationWork): Promise<Source | StillMissing>;
}

export interface StillMissing {
	readonly kind: "missing";
	readonly note: string;
}
