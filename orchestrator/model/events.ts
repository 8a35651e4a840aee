import type {
	Ending,
	Prepared,
	SkipReason,
	Source,
	StopReason,
	Value,
} from "./task-state.ts";
import type { AttemptId, Instant, TaskName } from "./words.ts";

/** What we chose. */
export type Decision =
	| { readonly type: "run-begun"; readonly at: Instant }
	| Of<"attempt-scheduled">
	/** A slot is taken: the container may start. */
	| Of<"attempt-admitted">
	| (Of<"stop-requested"> & { readonly because: StopReason })
	/** A sensor waited as long as it may. */
	| Of<"watch-expired">
	| {
			readonly type: "task-skipped";
			readonly task: TaskName;
			readonly because: SkipReason;
			readonly at: Instant;
	  }
	| {
			readonly type: "task-cancelled";
			readonly task: TaskName;
			readonly at: Instant;
	  };

/** What the world told us. */
export type Observation =
	| { readonly type: "cancel-requested"; readonly at: Instant }
	/** It succeeded already in the run that this one retries. */
	| {
			readonly type: "task-carried";
			readonly task: TaskName;
			readonly run: string;
			readonly value: Value;
			readonly at: Instant;
	  }
	/** What a sensor still waits for, or a preparation is busy with, in words. */
	| (Of<"noted"> & { readonly note: string })
	| (Of<"prepared"> & { readonly prepared: Prepared })
	/** It need not run: the attempt `since` had the same fingerprint, and gave this. */
	| (Of<"unchanged"> & {
			readonly prepared: Prepared;
			readonly since: AttemptId;
			readonly value: Value;
	  })
	/** `at` is the engine's own start time. */
	| Of<"started">
	/** The program ended by itself with this code; `at` is the engine's own end time. `warning`: such as a child that ran out of memory. */
	| (Of<"exited"> & { readonly code: number; readonly warning: string | null })
	/** It ended in any other way. `at` is the engine's own end time, where known. */
	| (Of<"ended"> & { readonly ending: Ending })
	/** What it has written is above its limit, as the message says. */
	| (Of<"overflowed"> & { readonly message: string })
	| (Of<"published"> & { readonly value: Value })
	/** A sensor found what it waited for. */
	| (Of<"found"> & { readonly source: Source })
	/** Log stored to its end, container and staging folder gone. */
	| Of<"released">;

export type Event = Decision | Observation;

interface Of<Type extends string> {
	readonly type: Type;
	readonly task: TaskName;
	readonly attempt: number;
	readonly at: Instant;
}
