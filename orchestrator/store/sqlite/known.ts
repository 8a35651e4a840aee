import type { Event } from "../../model/events.ts";
import type { RunStatus } from "../../model/run.ts";
import type { TaskState } from "../../model/task-state.ts";
import type { AttemptEnding, Publication, Trigger } from "../port.ts";

/** The word, if it is one of those that berth knows. Anything else in a row is a bug, or a damaged file. */
export function known<Word extends string>(
	words: Record<Word, true>,
	found: string,
	what: string,
): Word {
	if (Object.hasOwn(words, found)) return found as Word;
	throw new Error(
		`The database holds an unknown ${what}: ${JSON.stringify(found)}. It is damaged, or this is a bug of berth.`,
	);
}

// Records, so that a word which the model gains is a type error here.

export const runStatuses: Record<RunStatus, true> = {
	queued: true,
	running: true,
	succeeded: true,
	failed: true,
	cancelled: true,
};

export const triggerKinds: Record<Trigger["kind"], true> = {
	schedule: true,
	hand: true,
	retry: true,
	replay: true,
};

export const endingKinds: Record<AttemptEnding["kind"], true> = {
	exited: true,
	"out-of-memory": true,
	"out-of-disk": true,
	"timed-out": true,
	cancelled: true,
	refused: true,
	rejected: true,
	vanished: true,
	found: true,
	unchanged: true,
	promoted: true,
};

export const publishingWays: Record<Publication["how"], true> = {
	made: true,
	unchanged: true,
	promoted: true,
	"rolled-back": true,
};

export const taskStatuses: Record<TaskState["status"], true> = {
	waiting: true,
	preparing: true,
	starting: true,
	running: true,
	publishing: true,
	stopping: true,
	watching: true,
	promoting: true,
	resting: true,
	succeeded: true,
	failed: true,
	skipped: true,
	cancelled: true,
};

export const eventTypes: Record<Event["type"], true> = {
	"run-begun": true,
	"attempt-scheduled": true,
	"attempt-admitted": true,
	"stop-requested": true,
	"watch-expired": true,
	"task-skipped": true,
	"task-cancelled": true,
	"cancel-requested": true,
	"task-carried": true,
	noted: true,
	prepared: true,
	unchanged: true,
	started: true,
	exited: true,
	ended: true,
	overflowed: true,
	published: true,
	found: true,
	released: true,
};
