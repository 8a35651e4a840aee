import { ulid } from "ulid";
import type { Event } from "../model/events.ts";
import { handRunId } from "../model/names.ts";
import type { SweepPart } from "../model/sweep.ts";
import type { TaskState } from "../model/task-state.ts";
import type { Instant, RunId, TaskName } from "../model/words.ts";
import type { NewRun, RunDetail, Trigger } from "../store/port.ts";
import { Refused, type RetryRequest } from "./berth.ts";
import { part } from "./planned.ts";

/** A new run that does again what failed or was cancelled in this one, and carries over what succeeded. */
export function retryRun(
	run: RunDetail,
	{ key, by, noCache = false }: RetryRequest,
	now: Instant,
): NewRun {
	refuseRetryOf(run);
	return {
		id: handRunId(run.pipeline, run.ds, key ?? ulid(now)),
		plan: part({ ...run.plan, oneAtATime: false }, { noCache }),
		trigger: {
			kind: "retry",
			of: run.id,
			...(by === undefined ? {} : { by }),
			...sweepOf(run.trigger),
		},
		createdAt: now,
		carried: run.tasks.flatMap(({ name, state }) =>
			carriedOver(run.id, name, state, now),
		),
	};
}

function refuseRetryOf(run: RunDetail): void {
	switch (run.status) {
		case "queued":
		case "running":
			throw new Refused(
				"conflict",
				`Run "${run.id}" is ${run.status}; only a run that is over can be retried. "berth cancel" ends it.`,
			);
		case "succeeded":
			throw new Refused(
				"conflict",
				`Run "${run.id}" succeeded: there is nothing to retry. "berth run ${run.pipeline} --date ${run.ds}" runs it anew.`,
			);
		case "failed":
		case "cancelled":
			return;
	}
}

/** A retry takes the place of the run of the sweep that it retries. */
const sweepOf = (trigger: Trigger): { readonly sweep?: SweepPart } =>
	"sweep" in trigger && trigger.sweep ? { sweep: trigger.sweep } : {};

const carriedOver = (
	run: RunId,
	task: TaskName,
	state: TaskState,
	at: NewRun["createdAt"],
): Event[] =>
	state.status === "succeeded"
		? [{ type: "task-carried", task, run, value: state.value, at }]
		: [];
