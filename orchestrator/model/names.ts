import { createHash } from "node:crypto";
import type {
	AttemptId,
	ContainerName,
	Instant,
	RunId,
	TaskName,
} from "./words.ts";
import { iso } from "./words.ts";

/** A scheduled run can exist only once, because its id is computed from what and when. */
export const scheduledRunId = (pipeline: string, due: Instant): RunId =>
	`${pipeline}@${iso(due)}` as RunId;

/** Every run by hand is a new one. */
export const handRunId = (pipeline: string, ds: string, ulid: string): RunId =>
	`${pipeline}@${ds}~${ulid}` as RunId;

export const attemptId = (
	run: RunId,
	task: TaskName,
	attempt: number,
): AttemptId => `${run}/${task}/${attempt}` as AttemptId;

/** Computed from the attempt, so launching twice finds the first one. Engines refuse `@ : / [ ]` in names. */
export function containerName(
	instance: string,
	run: RunId,
	task: TaskName,
	attempt: number,
): ContainerName {
	const digest = createHash("sha256")
		.update(attemptId(run, task, attempt))
		.digest("hex")
		.slice(0, 16);
	return `berth-${instance}-${slug(task)}-${attempt}-${digest}` as ContainerName;
}

const slug = (task: string): string =>
	task
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, "-")
		.replace(/^-|-$/g, "")
		.slice(0, 40) || "task";
