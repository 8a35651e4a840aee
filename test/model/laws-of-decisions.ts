import type { Event } from "../../orchestrator/model/events.ts";
import type { Law } from "./law.ts";
import type { Move } from "./laws-of-moves.ts";
import { isJoined, stateIn, taskIn, wantedOf } from "./oracle.ts";
import { room } from "./world.ts";

/** What is decided changes something: else it would be decided for ever. */
const aDecisionHasAnEffect: Law<Move> = ({ before, event, after }) =>
	isDecision(event) && before.run === after.run ? "nothing changed" : null;

/** A decision is the one that a look at all tasks would make, no sooner than it is due. */
const nothingIsDecidedEarly: Law<Move> = ({ before, event }) => {
	if (!isDecision(event) || !("task" in event)) return null;
	if (event.type === "attempt-admitted") return null;
	const wanted = wantedOf(
		before.run,
		taskIn(before.run, event.task),
		before.now,
	);
	return wanted === event.type ? null : `${event.type}, wanted ${wanted}`;
};

/** An attempt begins when its upstream allows it, with the next number, and never after a cancel. */
const anAttemptIsScheduledOnceAndInOrder: Law<Move> = ({ before, event }) => {
	if (event.type !== "attempt-scheduled") return null;
	const { run } = before;
	const state = stateIn(run, event.task);
	const last = state.status === "resting" ? state.attempt : 0;
	if (event.attempt !== last + 1)
		return `attempt ${event.attempt} after ${last}`;
	return isJoined(run, taskIn(run, event.task))
		? null
		: "its join does not hold";
};

/** Neither scheduled nor admitted. */
const nothingStartsAfterACancel: Law<Move> = ({ before, event }) =>
	before.run.cancelled !== null &&
	(event.type === "attempt-scheduled" || event.type === "attempt-admitted")
		? event.type
		: null;

/** A container is admitted only while a slot is free. */
const anAdmissionFindsRoom: Law<Move> = ({ before, event }) =>
	event.type === "attempt-admitted" && room(before) < 1 ? "no room" : null;

const DECISIONS = [
	"attempt-scheduled",
	"attempt-admitted",
	"stop-requested",
	"watch-expired",
	"task-skipped",
	"task-cancelled",
];

const isDecision = ({ type }: Event): boolean => DECISIONS.includes(type);

export const LAWS_OF_DECISIONS: readonly Law<Move>[] = [
	aDecisionHasAnEffect,
	nothingIsDecidedEarly,
	anAttemptIsScheduledOnceAndInOrder,
	nothingStartsAfterACancel,
	anAdmissionFindsRoom,
];
