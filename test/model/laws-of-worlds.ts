import { type Command, commands } from "../../orchestrator/model/commands.ts";
import { alarm, decide } from "../../orchestrator/model/decide.ts";
import { evolve } from "../../orchestrator/model/evolve.ts";
import { isSettled, statusOf } from "../../orchestrator/model/status.ts";
import { aliens } from "./aliens.ts";
import { differences, misjudged } from "./index-laws.ts";
import { firstOf, type Law, pastOf } from "./law.ts";
import {
	dueOf,
	isRunFinished,
	mayHaveContainer,
	slotsTaken,
	stateIn,
	wantedOf,
} from "./oracle.ts";
import { attemptOf, rebuilt, room, type World } from "./world.ts";

/** Neither by what the run believes nor by what is up. */
const slotsAreNeverExceeded: Law<World> = ({ run, habits, boxes }) => {
	const up = [...boxes.values()].filter(({ is }) => is === "up").length;
	const most = Math.max(up, slotsTaken(run));
	return most > habits.slots ? `${most} of ${habits.slots}` : null;
};

/** After deciding there is nothing to decide. */
const nothingIsLeftToChoose: Law<World> = (world) =>
	firstOf(decide(world.run, world.now, room(world)), () => true);

/** What a look at all tasks finds to do has been done. */
const nothingIsDecidedLate: Law<World> = ({ run, now }) =>
	firstOf(run.plan.tasks, (task) => wantedOf(run, task, now) !== null);

/** A prepared task waits only when there is no slot. */
const noSlotStaysFreeWhileATaskWaitsForIt: Law<World> = (world) => {
	if (room(world) < 1) return null;
	return firstOf(world.run.plan.tasks, ({ name }) => {
		const state = stateIn(world.run, name);
		return state.status === "preparing" && state.prepared !== null;
	});
};

/** It rings when something is next due: before, there is nothing to decide; then, there is. */
const theAlarmIsNeitherLateNorMissingNorFalse: Law<World> = (world) => {
	const { run, now } = world;
	const due = run.plan.tasks
		.map((task) => dueOf(run, task))
		.filter((at) => at !== null);
	const wanted = due.length > 0 ? Math.min(...due) : null;
	const at = alarm(run);
	if (at !== wanted) return `set for ${at}, wanted ${wanted}`;
	if (at === null) return null;
	if (at <= now) return `set for ${at}, which is past`;
	const before = decide(run, (at - 1) as typeof at, room(world));
	if (before.length > 0) return `it is late for ${JSON.stringify(before)}`;
	return decide(run, at, room(world)).length > 0 ? null : "nothing to decide";
};

/** Counting, and looking at every task, gives what the index says. */
const theIndexIsTrue: Law<World> = ({ run }) => misjudged(run);

/** A run that was only stored knows all that one knows that was lived through. */
const theIndexIsTheOneMadeFromScratch: Law<World> = ({ run }) =>
	differences(run, rebuilt(run));

/** What must be going on is found without looking at every task. */
const commandsMissNothing: Law<World> = ({ run }) => {
	const all = commands(
		run,
		run.plan.tasks.map(({ name }) => name),
	);
	const some = commands(run);
	const missed = firstOf(all, (one) => !has(some, one));
	return missed ?? firstOf(some, (one) => !has(all, one));
};

const has = (list: readonly Command[], { do: verb, task, attempt }: Command) =>
	list.some(
		(one) => one.do === verb && one.task === task && one.attempt === attempt,
	);

/** Old, repeated and foreign events change nothing. (A note is only words, and may come twice.) */
const whatDoesNotApplyChangesNothing: Law<World> = ({ run, journal }) => {
	for (const { event } of pastOf(journal))
		if (event.type !== "noted" && evolve(run, event) !== run)
			return `again ${JSON.stringify(event)}`;
	return firstOf(aliens(run), (event) => evolve(run, event) !== run);
};

/** A task has at most one container that runs. */
const aTaskHasOneLiveContainer: Law<World> = ({ run, boxes }) =>
	firstOf(run.plan.tasks, ({ name }) => {
		const up = [...boxes].filter(
			([id, { is }]) => is === "up" && id.startsWith(`${name}/`),
		);
		return up.length > 1;
	});

/** Whatever is there belongs to what its task is doing, or is owed a release; and what is owed one does not run. */
const noContainerIsForgotten: Law<World> = ({ run, boxes }) => {
	const owed = [...run.owed].flatMap(([name, owes]) =>
		owes.map(({ attempt }) => attemptOf(name, attempt)),
	);
	const current = run.plan.tasks.flatMap(({ name }) => {
		const state = stateIn(run, name);
		return mayHaveContainer(state) && "attempt" in state
			? [attemptOf(name, state.attempt)]
			: [];
	});
	return firstOf(boxes, ([id, { is }]) =>
		is === "up"
			? !current.includes(id)
			: is !== "gone" && !current.includes(id) && !owed.includes(id),
	);
};

/** None runs once the run is over; none is there at all once nothing is owed. */
const anEndedRunLeavesNothing: Law<World> = ({ run, boxes }) => {
	if (!isRunFinished(run)) return isSettled(run) ? "settled too soon" : null;
	const left = isSettled(run) ? ["up", "ended", "created"] : ["up"];
	return firstOf(boxes, ([, { is }]) => left.includes(is));
};

/** The run's own status is what its tasks say. */
const theStatusIsReadOffTheTasks: Law<World> = ({ run }) => {
	const says = run.plan.tasks.map(({ name }) => stateIn(run, name).status);
	const over = isRunFinished(run);
	const ended = (["cancelled", "failed"] as const).find((one) =>
		says.includes(one),
	);
	const running = run.begun === null ? "queued" : "running";
	const wanted = over ? (ended ?? "succeeded") : running;
	return statusOf(run) === wanted ? null : `${statusOf(run)}, wanted ${wanted}`;
};

export const LAWS_OF_WORLDS: readonly Law<World>[] = [
	slotsAreNeverExceeded,
	nothingIsLeftToChoose,
	nothingIsDecidedLate,
	noSlotStaysFreeWhileATaskWaitsForIt,
	theAlarmIsNeitherLateNorMissingNorFalse,
	theIndexIsTrue,
	theIndexIsTheOneMadeFromScratch,
	commandsMissNothing,
	whatDoesNotApplyChangesNothing,
	aTaskHasOneLiveContainer,
	noContainerIsForgotten,
	anEndedRunLeavesNothing,
	theStatusIsReadOffTheTasks,
];
