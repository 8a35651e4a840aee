import type { Command } from "../../orchestrator/model/commands.ts";
import type { Ending } from "../../orchestrator/model/task-state.ts";
import { instant } from "../rig/plans.ts";
import { REFUSED, VANISHED } from "./endings.ts";
import { mayHaveContainer, stateIn } from "./oracle.ts";
import { died, hears, quiet, type Step } from "./step.ts";
import { attemptOf, type Box, type World, withBox } from "./world.ts";

/** Create and start, or adopt what is there under that name. */
export function* launches(world: World, command: Command): Generator<Step> {
	const box = boxOf(world, command);
	const { crashes, refuses } = world.habits;
	if (box?.is === "gone")
		throw new Error("A second container is made for one attempt.");
	if (box?.is === "up" || box?.is === "ended") {
		yield started(world, command, box.since);
		return;
	}
	const up = put(world, command, { is: "up", since: world.now });
	if (crashes && !box) yield died(put(world, command, { is: "created" }));
	if (crashes) yield died(up);
	if (refuses) yield ended(world, command, REFUSED);
	yield started(up, command, world.now);
}

export function* waits(world: World, command: Command): Generator<Step> {
	const box = boxOf(world, command);
	if (box?.is === "ended") yield exited(world, command, box);
	if (!box || box.is === "gone") yield ended(world, command, VANISHED);
	// What fills the disk may have ended, and nobody has heard of it yet.
	if ((box?.is === "up" || box?.is === "ended") && world.habits.fills)
		yield hears(world, {
			type: "overflowed",
			...about(world, command),
			message: "It wrote too much.",
		});
}

/** It takes a moment. The container may still end well, or be killed. */
export function* stops(world: World, command: Command): Generator<Step> {
	const box = boxOf(world, command);
	if (box?.is === "ended") yield exited(world, command, box);
	if (box?.is !== "up") {
		if (box?.is !== "ended") yield ended(world, command, VANISHED);
		return;
	}
	const later = { ...world, now: instant(world.now + 1) };
	for (const code of [0, 143]) {
		const stopped = {
			is: "ended",
			since: box.since,
			at: later.now,
			code,
		} as const;
		const after = put(later, command, stopped);
		if (world.habits.crashes) yield died(after);
		yield exited(after, command, stopped);
	}
}

export function* releases(world: World, command: Command): Generator<Step> {
	const box = boxOf(world, command);
	const after = box ? put(world, command, { is: "gone" }) : world;
	if (world.habits.crashes && box && box.is !== "gone") yield died(after);
	yield hears(after, { type: "released", ...about(after, command) });
}

/** Containers end by themselves. Nobody has heard of it yet. */
export function* exits(world: World): Generator<Step> {
	for (const [attempt, box] of world.boxes)
		if (box.is === "up")
			for (const code of world.habits.codes)
				yield quiet(
					withBox(world, attempt, {
						is: "ended",
						since: box.since,
						at: world.now,
						code,
					}),
				);
}

/** Somebody removes a container that berth knows to have started. */
export function* thefts(world: World): Generator<Step> {
	if (world.thefts === 0) return;
	for (const { name } of world.run.plan.tasks) {
		const state = stateIn(world.run, name);
		if (!mayHaveContainer(state) || state.status === "starting") continue;
		const attempt = attemptOf(name, "attempt" in state ? state.attempt : 0);
		const is = world.boxes.get(attempt)?.is;
		if (is === "up" || is === "ended")
			yield quiet({
				...withBox(world, attempt, { is: "gone" }),
				thefts: world.thefts - 1,
			});
	}
}

/** Which attempt, and now. */
export const about = ({ now }: World, { task, attempt }: Command) => ({
	task: task.name,
	attempt,
	at: now,
});

const boxOf = (world: World, { task, attempt }: Command): Box | undefined =>
	world.boxes.get(attemptOf(task.name, attempt));

const put = (world: World, { task, attempt }: Command, box: Box): World =>
	withBox(world, attemptOf(task.name, attempt), box);

const started = (world: World, command: Command, at: World["now"]): Step =>
	hears(world, { type: "started", ...about(world, command), at });

const exited = (
	world: World,
	command: Command,
	box: Extract<Box, { is: "ended" }>,
): Step =>
	hears(world, {
		type: "exited",
		...about(world, command),
		at: box.at,
		code: box.code,
		warning: null,
	});

export const ended = (world: World, command: Command, ending: Ending): Step =>
	hears(world, { type: "ended", ...about(world, command), ending });
