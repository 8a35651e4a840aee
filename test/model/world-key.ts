import type { Task } from "../../orchestrator/model/plan.ts";
import type { TaskState } from "../../orchestrator/model/task-state.ts";
import { mayHaveContainer, stateIn } from "./oracle.ts";
import type { Box, World } from "./world.ts";

/**
 * Two worlds with one key go on alike. Of times only the distance from now counts, and only while something is timed;
 * of a container whose task has left it only whether it is there.
 */
export function keyOf(world: World): string {
	const { run, thefts } = world;
	const tasks = run.plan.tasks.map((task) => taskKey(world, task));
	const cancelled = run.cancelled === null ? "" : "!";
	return `${cancelled}${thefts}|${tasks.join("|")}|${[...run.index.launchable].join()}`;
}

function taskKey(world: World, task: Task): string {
	const { run, now, boxes } = world;
	const { name } = task;
	const state = stateIn(run, name);
	const current =
		mayHaveContainer(state) && "attempt" in state ? state.attempt : 0;
	const timed = task.timeoutMs !== undefined && !isBeingCancelled(state);
	const there = [...boxes].flatMap(([id, box]) => {
		const [owner, attempt] = id.split("/");
		if (owner !== name) return [];
		if (attempt === `${current}`) return `${boxKey(box, now, timed)}`;
		return box.is === "gone" ? [] : [`+${attempt}`];
	});
	const owed = run.owed.get(name)?.map(({ attempt }) => `-${attempt}`) ?? [];
	return `${stateKey(state, now, timed)}${there.join("")}${owed.join("")}`;
}

const isBeingCancelled = (state: TaskState): boolean =>
	state.status === "stopping" && state.because === "cancelled";

function stateKey(state: TaskState, now: number, timed: boolean): string {
	const ago = (at: number | null): string =>
		timed && at !== null ? `@${at - now}` : "";
	switch (state.status) {
		case "preparing":
			return `${triedKey(state)}preparing${state.prepared === null ? "" : "ed"}`;
		case "running":
		case "watching":
			return `${triedKey(state)}${state.status}${ago(state.since)}`;
		case "stopping":
			return `${triedKey(state)}${state.because}${ago(state.started)}`;
		case "resting":
			return `${triedKey(state)}resting~${state.until - now}`;
		case "starting":
		case "publishing":
		case "promoting":
			return `${triedKey(state)}${state.status}`;
		case "waiting":
		case "succeeded":
		case "failed":
		case "skipped":
		case "cancelled":
			return state.status;
	}
}

const triedKey = ({
	attempt,
	tally,
}: Extract<TaskState, { tally: unknown }>): string =>
	`${attempt}:${tally.failed}:${tally.lost}`;

function boxKey(box: Box, now: number, timed: boolean): string {
	switch (box.is) {
		case "created":
		case "gone":
			return `=${box.is}`;
		case "up":
			return `=up${timed ? `@${box.since - now}` : ""}`;
		case "ended":
			return `=${box.code}${timed ? `@${box.since - now}@${box.at - now}` : ""}`;
	}
}
