import { ulid } from "ulid";
import type { Artifacts } from "../artifacts/port.ts";
import type { Event } from "../model/events.ts";
import { givenBy } from "../model/garbage.ts";
import { handRunId } from "../model/names.ts";
import type { SweepPart } from "../model/sweep.ts";
import type { TaskState } from "../model/task-state.ts";
import type {
	ContainerName,
	Instant,
	ObjectHash,
	TaskName,
} from "../model/words.ts";
import type { NewRun, RunDetail, Trigger } from "../store/port.ts";
import { Refused, type RetryRequest } from "./berth.ts";
import { part } from "./planned.ts";

/** A new run that does again what failed or was cancelled in this one, and carries over what succeeded and is there still. */
export async function retryRun(
	run: RunDetail,
	{ key, by, noCache = false }: RetryRequest,
	{ now, isThere }: Retrying,
): Promise<NewRun> {
	refuseRetryOf(run);
	const carried: Event[] = [];
	for (const { name, state } of run.tasks)
		if (isOnlyBeside(run, name) || (await isThere(objectsGiven(state))))
			carried.push(...carriedOver(run, name, state, now));
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
		carried,
	};
}

interface Retrying {
	readonly now: Instant;
	readonly isThere: IsThere;
}

type IsThere = (objects: readonly ObjectHash[]) => Promise<boolean>;

/** While the work goes on, nobody removes what the run gave: once the new run is stored, it is that which needs it. */
export async function holding<T>(
	artifacts: Pick<Artifacts, "pin" | "unpin" | "has">,
	run: RunDetail,
	work: (isThere: IsThere) => Promise<T>,
): Promise<T> {
	const name = `retry-${ulid()}` as ContainerName;
	artifacts.pin(
		name,
		run.tasks.flatMap(({ state }) => objectsGiven(state)),
	);
	try {
		return await work((objects) => artifacts.has(objects));
	} finally {
		artifacts.unpin(name);
	}
}

const objectsGiven = (state: TaskState): ObjectHash[] =>
	state.status === "succeeded" ? givenBy(state.value) : [];

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
				`Run "${run.id}" succeeded: there is nothing to retry.${run.pipeline.startsWith("_") ? "" : ` "berth run ${run.pipeline} --date ${run.ds} --no-cache" runs it anew.`}`,
			);
		case "failed":
		case "cancelled":
			return;
	}
}

/** A retry takes the place of the run of the sweep that it retries. */
const sweepOf = (trigger: Trigger): { readonly sweep?: SweepPart } =>
	"sweep" in trigger && trigger.sweep ? { sweep: trigger.sweep } : {};

function carriedOver(
	run: RunDetail,
	task: TaskName,
	state: TaskState,
	at: NewRun["createdAt"],
): Event[] {
	if (state.status === "succeeded")
		return [
			{ type: "task-carried", task, run: run.id, value: state.value, at },
		];
	return state.status === "skipped" && isOnlyBeside(run, task)
		? [{ type: "task-skipped", task, because: state.because, at }]
		: [];
}

/** In a replay, what is not done again was never to be done: it stays as it is, whatever has become of what it gave. */
function isOnlyBeside({ plan }: RunDetail, name: TaskName): boolean {
	if (plan.replays === undefined) return false;
	const work = plan.tasks.find((task) => task.name === name)?.work;
	return work?.kind !== "container" || work.pinned === undefined;
}
