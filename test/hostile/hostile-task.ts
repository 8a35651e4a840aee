import type { AttemptEnding } from "../../orchestrator/store/port.ts";

/** A task that means harm: what it tries, what stops it, and what its user then reads. The page docs/reliability.md shows these words. */
export interface HostileTask {
	/** Also the task's name. */
	readonly name: string;
	/** Completes "A task tries to …". */
	readonly tries: string;
	/** Run by sh in a container of node:24-bookworm-slim, with an output `it`. */
	readonly script: string;
	/** More options of its container, as source text. */
	readonly options?: string;
	readonly stoppedBy: string;
	/** How its attempt ends. */
	readonly ending: AttemptEnding["kind"];
	/** What berth says of it; `…` stands for what differs from time to time. */
	readonly says: string;
	/** A line that is in its log, where the wall is what its own program meets. */
	readonly log?: string;
}

/** Hostile tasks of one kind: a chapter of the page, and one run. */
export interface Family {
	readonly name: string;
	readonly tasks: readonly HostileTask[];
}
