import { type Command, commands } from "../../orchestrator/model/commands.ts";
import type { Event } from "../../orchestrator/model/events.ts";
import type { TaskState } from "../../orchestrator/model/task-state.ts";
import { firstOf, type Law } from "./law.ts";
import { LAWS_OF_DECISIONS } from "./laws-of-decisions.ts";
import { isFinished, stateIn, taskIn } from "./oracle.ts";
import type { World } from "./world.ts";

/** One event and what it made of the world. */
export interface Move {
	readonly before: World;
	readonly event: Event;
	readonly after: World;
}

/** The picture in task-state.ts, once more and by hand. */
const ALLOWED: Record<TaskState["status"], readonly TaskState["status"][]> = {
	waiting: [
		"preparing",
		"watching",
		"promoting",
		"succeeded",
		"skipped",
		"cancelled",
	],
	preparing: [
		"preparing",
		"starting",
		"succeeded",
		"resting",
		"failed",
		"cancelled",
	],
	starting: ["running", "stopping", "resting", "failed"],
	running: ["publishing", "skipped", "stopping", "resting", "failed"],
	publishing: ["succeeded", "resting", "failed"],
	stopping: ["cancelled", "resting", "failed", "publishing", "skipped"],
	watching: ["watching", "succeeded", "resting", "failed", "cancelled"],
	promoting: ["succeeded", "resting", "failed"],
	resting: ["preparing", "watching", "promoting", "cancelled"],
	succeeded: [],
	failed: [],
	skipped: [],
	cancelled: [],
};

/** Tasks move along the arrows of the picture and no others. */
const tasksMoveOnlyAlongThePicture: Law<Move> = ({ before, after }) =>
	firstOf(changes(before, after), ([from, to]) => {
		return !ALLOWED[from.status].includes(to.status);
	});

/** Nothing leaves succeeded, failed, skipped or cancelled, and nothing in them changes. */
const aFinishedTaskNeverMoves: Law<Move> = ({ before, after }) =>
	firstOf(changes(before, after), ([from]) => isFinished(from));

/** An event concerns one task: no other one moves with it. */
const oneEventMovesOneTask: Law<Move> = ({ before, event, after }) => {
	const moved = changes(before, after).length;
	return moved > ("task" in event ? 1 : 0) ? `${moved} moved` : null;
};

/** What finished in time counts, by the engine's own times, and what did not does not. Only a cancel, and having written too much before it ended well, override it. */
const anExitCountsByTheEnginesOwnTimes: Law<Move> = ({
	before,
	event,
	after,
}) => {
	if (event.type !== "exited" || before.run === after.run) return null;
	const from = stateIn(before.run, event.task);
	const { timeoutMs = Number.POSITIVE_INFINITY } = taskIn(
		before.run,
		event.task,
	);
	const to = stateIn(after.run, event.task);
	if (from.status === "stopping" && from.because === "cancelled")
		return to.status === "cancelled" ? null : `cancelled, but ${to.status}`;
	const isLate = event.at - startOf(from) > timeoutMs;
	const got = endingIn(to) ?? to.status;
	if (from.status === "stopping" && from.because === "out-of-disk") {
		const hadEndedWell = event.code === 0 && event.at < from.since && !isLate;
		const outcome = hadEndedWell ? "publishing" : "out-of-disk";
		return got === outcome ? null : `${got} of what wrote too much`;
	}
	const wanted = isLate ? "timed-out" : (MEANING[event.code] ?? "exited");
	return got === wanted ? null : `${got}, wanted ${wanted}`;
};

/** What must newly go on is found by looking at the touched task alone. */
const commandsOfTheTouchedAreAllThatIsNew: Law<Move> = ({
	before,
	event,
	after,
}) => {
	if (event.type === "run-begun") return null;
	const touched = "task" in event ? [event.task] : [];
	const known = [
		...wordsOf(commands(before.run)),
		...wordsOf(commands(after.run, touched)),
	];
	return firstOf(wordsOf(commands(after.run)), (one) => !known.includes(one));
};

const endingIn = (state: TaskState): string | null =>
	"ending" in state ? state.ending.kind : null;

const wordsOf = (list: readonly Command[]): string[] =>
	list.map(({ do: verb, task, attempt }) => `${verb} ${task.name}/${attempt}`);

const startOf = (state: TaskState): number => {
	if (state.status === "stopping" && state.started !== null)
		return state.started;
	return state.status === "running" ? state.since : Number.NaN;
};

const MEANING: Readonly<Record<number, string>> = {
	0: "publishing",
	99: "skipped",
};

const changes = (before: World, after: World): [TaskState, TaskState][] =>
	before.run.plan.tasks
		.map(({ name }): [TaskState, TaskState] => [
			stateIn(before.run, name),
			stateIn(after.run, name),
		])
		.filter(([from, to]) => from !== to);

export const LAWS_OF_MOVES: readonly Law<Move>[] = [
	...LAWS_OF_DECISIONS,
	tasksMoveOnlyAlongThePicture,
	aFinishedTaskNeverMoves,
	oneEventMovesOneTask,
	anExitCountsByTheEnginesOwnTimes,
	commandsOfTheTouchedAreAllThatIsNew,
];
