import type { Selectable } from "kysely";
import type { Event } from "../../model/events.ts";
import type { Plan } from "../../model/plan.ts";
import type { Owed } from "../../model/run.ts";
import type { TaskState } from "../../model/task-state.ts";
import type {
	AttemptId,
	DataPath,
	Fingerprint,
	Instant,
	Json,
	Named,
	ObjectHash,
	RunId,
} from "../../model/words.ts";
import type {
	AttemptEnding,
	AttemptRecord,
	Publication,
	RunRecord,
	Trigger,
} from "../port.ts";
import {
	endingKinds,
	eventTypes,
	known,
	publishingWays,
	runStatuses,
	taskStatuses,
	triggerKinds,
} from "./known.ts";
import type { Schema } from "./schema.ts";

/** Rows become the model's words here. What is none of them is a bug, or a damaged file: it is thrown. */
export const runRecord = (row: Selectable<Schema["runs"]>): RunRecord => ({
	id: row.id as RunId,
	pipeline: row.pipeline,
	ds: row.ds,
	status: known(runStatuses, row.status, `status of run "${row.id}"`),
	params: JSON.parse(row.params) as Named<Json>,
	trigger: triggerOf(row.trigger),
	createdAt: instant(row.created_at),
	startedAt: maybeInstant(row.started_at),
	endedAt: maybeInstant(row.ended_at),
	settled: row.settled === 1,
});

type AttemptRow = Omit<Selectable<Schema["attempts"]>, "recipe">;

export const attemptRecord = (row: AttemptRow): AttemptRecord => ({
	id: row.id as AttemptId,
	number: row.number,
	ending: endingOf(row),
	createdAt: instant(row.created_at),
	startedAt: maybeInstant(row.started_at),
	endedAt: maybeInstant(row.ended_at),
	imageKey: row.image_key,
	imageId: row.image_id,
	fingerprint: row.fingerprint as Fingerprint | null,
	unchangedSince: row.unchanged_since as AttemptId | null,
});

export const publicationOf = (row: PublicationRow): Publication => ({
	id: row.id,
	path: row.path as DataPath,
	object: row.object as ObjectHash,
	attempt: row.attempt as AttemptId,
	at: instant(row.at),
	bytes: row.bytes,
	files: row.files,
	how: known(publishingWays, row.how, "way of publishing"),
	maker: row.maker as AttemptId,
	confirmedAt: instant(row.confirmed_at),
	removedAt: maybeInstant(row.removed_at),
});

/** A publication with what is known of its object. */
export interface PublicationRow {
	readonly id: number;
	readonly path: string;
	readonly object: string;
	readonly attempt: string;
	readonly at: number;
	readonly bytes: number;
	readonly files: number;
	readonly how: string;
	readonly maker: string;
	readonly confirmed_at: number;
	readonly removed_at: number | null;
}

export const planOf = (json: string): Plan => JSON.parse(json) as Plan;

export const owedOf = (json: string | null): readonly Owed[] =>
	json === null ? [] : (JSON.parse(json) as Owed[]);

export function stateOfRow(json: string): TaskState {
	const state = JSON.parse(json) as TaskState;
	known(taskStatuses, state.status, "state of a task");
	return state;
}

export function eventOf(json: string): Event {
	const event = JSON.parse(json) as Event;
	known(eventTypes, event.type, "event");
	return event;
}

export function triggerOf(json: string): Trigger {
	const trigger = JSON.parse(json) as Trigger;
	known(triggerKinds, trigger.kind, "trigger of a run");
	return trigger;
}

function endingOf(row: AttemptRow): AttemptEnding | null {
	if (row.ending === null) return null;
	return {
		kind: known(endingKinds, row.ending, `ending of attempt "${row.id}"`),
		code: row.code,
		message: row.message ?? row.warning,
	};
}

const instant = (at: number): Instant => at as Instant;
const maybeInstant = (at: number | null): Instant | null =>
	at as Instant | null;
