import type { Task } from "../../model/plan.ts";
import type { TaskState } from "../../model/task-state.ts";
import {
	type AttemptId,
	type Instant,
	iso,
	type ObjectHash,
} from "../../model/words.ts";
import type { Publication, Trigger } from "../../store/port.ts";
import type { AttemptFacts } from "../../store/provenance-port.ts";
import type { Copies, Sensor } from "./causes.ts";
import type {
	AttemptNode,
	ObjectNode,
	PublicationNode,
	SensorNode,
} from "./graph.ts";

/** What is shown of each thing that something came from. */
export const publicationNode = (
	of: Publication,
	trigger: Trigger | null,
): PublicationNode => ({
	kind: "publication",
	id: `publication:${of.id}`,
	path: of.path,
	publication: of.id,
	object: of.object,
	how: of.how,
	at: iso(of.at),
	attempt: of.attempt,
	by: (trigger && "by" in trigger && trigger.by) || null,
	bytes: of.bytes,
	files: of.files,
	removedAt: time(of.removedAt),
});

export const objectNode = (
	object: ObjectHash,
	maker: AttemptId | null,
	copies: Copies | undefined,
): ObjectNode => ({
	kind: "object",
	id: `object:${object}`,
	object,
	copies: copies ?? null,
	note: noteOf(maker, copies),
});

function noteOf(maker: AttemptId | null, copies: Copies | undefined): string {
	if (maker !== null) return "It is published nowhere.";
	return copies
		? `${copies.files} files from outside, copied when they were taken.`
		: "It was never published: many files from outside, copied when they were taken; or it came before berth wrote down who made it.";
}

export function attemptNode(
	facts: AttemptFacts,
	task: Task | undefined,
	state: TaskState | null,
): AttemptNode {
	const { recipe } = facts;
	const work = task?.work.kind === "container" ? task.work : null;
	return {
		kind: "attempt",
		id: `attempt:${facts.id}`,
		attempt: facts.id,
		run: facts.run,
		task: facts.task,
		startedAt: time(facts.startedAt),
		endedAt: time(facts.endedAt),
		unchangedSince: facts.unchangedSince,
		image: {
			name: work?.image ?? null,
			id: facts.imageId,
			key: facts.imageKey,
		},
		entrypoint: recipe?.entrypoint ?? null,
		command: recipe?.command ?? [],
		params: recipe?.params ?? {},
		env: Object.keys(recipe?.env ?? {}),
		result: resultOf(facts, state),
		fingerprint: facts.fingerprint,
		unknown: unknownOf(facts),
	};
}

/** A damaged database, or one that was restored from before. */
export const unknownAttempt = (id: AttemptId): AttemptNode => ({
	kind: "attempt",
	id: `attempt:${id}`,
	attempt: id,
	run: id.split("/").slice(0, -2).join("/"),
	task: id.split("/").at(-2) ?? "",
	startedAt: null,
	endedAt: null,
	unchangedSince: null,
	image: { name: null, id: null, key: null },
	entrypoint: null,
	command: [],
	params: {},
	env: [],
	result: null,
	fingerprint: null,
	unknown: "Nothing is remembered of this attempt.",
});

export const sensorNode = ({ run, task, waitedFor }: Sensor): SensorNode => ({
	kind: "sensor",
	id: `sensor:${run}/${task}`,
	run,
	task,
	waitedFor,
});

function resultOf(
	{ number, unchangedSince }: AttemptFacts,
	state: TaskState | null,
): AttemptNode["result"] {
	if (state?.status !== "succeeded" || unchangedSince !== null) return null;
	const { by, value } = state;
	return by.kind === "attempt" && by.attempt === number ? value.result : null;
}

function unknownOf({ recipe, imageKey, ending }: AttemptFacts): string | null {
	if (recipe !== null || ending?.kind === "promoted") return null;
	return imageKey === null
		? "It was never prepared, so it took nothing."
		: "An older berth ran it, which did not write down what it was made from.";
}

const time = (at: Instant | null): string | null =>
	at === null ? null : iso(at);
