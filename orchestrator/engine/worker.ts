import type { Command } from "../model/commands.ts";
import type { Observation } from "../model/events.ts";
import type { Run } from "../model/run.ts";
import type { Instant } from "../model/words.ts";

/** Performs commands. Doing one again after a crash, or after it threw, ends the same. */
export interface Worker {
	/** What came of it; null when that needs no telling. */
	perform(work: Work): Promise<Observation | null>;
	/** May the attempt have been started, so that giving its launch up could do it twice? */
	mayHaveBegun(work: Work): Promise<boolean>;
	now(): Instant;
}

export interface Work {
	readonly run: Run;
	readonly command: Command;
	readonly note: (text: string) => void;
	readonly signal: AbortSignal;
}
