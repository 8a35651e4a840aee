import type { RunStatus } from "../model/run.ts";
import type { PublishedOutput, TaskState } from "../model/task-state.ts";
import type { Json, Named } from "../model/words.ts";
import type { AttemptEnding, Trigger } from "../store/port.ts";

/** A run as lists show it. Times are ISO, absent is null. */
export interface RunHead {
	readonly id: string;
	readonly pipeline: string;
	readonly ds: string;
	readonly status: RunStatus;
	readonly params: Named<Json>;
	readonly trigger: Trigger["kind"];
	readonly createdAt: string;
	readonly startedAt: string | null;
	readonly endedAt: string | null;
	/** Over, and nothing of it is left running or lying about. */
	readonly settled: boolean;
}

export interface RunView extends RunHead {
	readonly vars: Named<string>;
	readonly tasks: readonly TaskView[];
}

export interface TaskView {
	readonly name: string;
	readonly kind: "container" | "files" | "publication";
	readonly after: readonly string[];
	readonly status: TaskState["status"];
	/** One sentence: why it failed or was skipped, what it waits for, when it tries again. */
	readonly message: string | null;
	readonly result: { readonly [key: string]: Json } | null;
	readonly outputs: Named<PublishedOutput>;
	readonly attempts: readonly AttemptView[];
}

export interface AttemptView {
	readonly id: string;
	readonly ending: AttemptEnding["kind"] | null;
	readonly exitCode: number | null;
	readonly message: string | null;
	readonly startedAt: string | null;
	readonly endedAt: string | null;
}
