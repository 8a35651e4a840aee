import { alarm } from "../../orchestrator/model/decide.ts";
import type { Task } from "../../orchestrator/model/plan.ts";
import type { Run } from "../../orchestrator/model/run.ts";
import type { TaskState } from "../../orchestrator/model/task-state.ts";
import type { Instant } from "../../orchestrator/model/words.ts";
import {
	isFinished,
	mayHaveContainer,
	slotsTaken,
	stateIn,
	wantedOf,
} from "./oracle.ts";

/** What two runs know differently, in words; null when they are the same. The order of what is a set does not count. */
export function differences(one: Run, other: Run): string | null {
	const [a, b] = [knownOf(one), knownOf(other)];
	return a === b ? null : `${a}\n  against ${b}`;
}

/** What its index says that a look at all tasks does not; null when they agree. */
export function misjudged(run: Run): string | null {
	const { index, plan } = run;
	const { open, agenda, launchable, live, slots, remaining } = index;
	const names = (holds: (state: TaskState, task: Task) => boolean) =>
		plan.tasks
			.filter((task) => holds(stateIn(run, task.name), task))
			.map(({ name }) => name);
	const count = (status: TaskState["status"]): number =>
		names((state) => state.status === status).length;
	const wanted = JSON.stringify([
		inOrder(openOf(run)),
		inOrder(names((_, task) => wantedOf(run, task, NEVER) !== null)),
		inOrder(names((s) => s.status === "preparing" && s.prepared !== null)),
		inOrder(names(isGoingOn)),
		slotsTaken(run),
		names((state) => !isFinished(state)).length,
		count("failed"),
		count("cancelled"),
	]);
	const found = JSON.stringify([
		inOrder(open),
		inOrder(agenda),
		inOrder(launchable),
		inOrder(live),
		slots,
		remaining,
		index.failed,
		index.cancelled,
	]);
	return found === wanted ? null : `${found}, wanted ${wanted}`;
}

/** Before anything timed is due. */
const NEVER = 0 as Instant;

const isGoingOn = (state: TaskState): boolean =>
	["preparing", "watching", "promoting"].includes(state.status) ||
	mayHaveContainer(state);

const openOf = (run: Run): [string, number][] =>
	run.plan.tasks
		.map(({ name, after }): [string, number] => [
			name,
			after.filter((other) => !isFinished(stateIn(run, other))).length,
		])
		.filter(([, count]) => count > 0);

function knownOf(run: Run): string {
	const { index } = run;
	return JSON.stringify({
		open: inOrder(index.open),
		agenda: inOrder(index.agenda),
		launchable: inOrder(index.launchable),
		live: inOrder(index.live),
		alarm: alarm(run),
		slots: index.slots,
		remaining: index.remaining,
		failed: index.failed,
		cancelled: index.cancelled,
	});
}

/** What a store keeps of a run. */
export const storedOf = ({ begun, cancelled, tasks, owed }: Run): string =>
	JSON.stringify([begun, cancelled, inOrder(tasks), inOrder(owed)]);

const inOrder = (items: Iterable<unknown>): string[] =>
	[...items]
		.map((item) => JSON.stringify(item))
		.sort((a, b) => (a < b ? -1 : 1));
