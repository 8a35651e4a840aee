import type { Observation } from "../../orchestrator/model/events.ts";
import { restart, turn, type World } from "./world.ts";

/** Something that happens in the world, and what the orchestrator hears of it. */
export interface Step {
	/** The world in which it has happened, and the run does not know yet. */
	readonly world: World;
	/** `quiet`: nobody wakes up. `died`: the orchestrator did, and another takes its place. */
	readonly heard: Observation | "quiet" | "turn" | "died";
}

export const hears = (world: World, heard: Observation): Step => ({
	world,
	heard,
});
export const quiet = (world: World): Step => ({ world, heard: "quiet" });
export const wakes = (world: World): Step => ({ world, heard: "turn" });
export const died = (world: World): Step => ({ world, heard: "died" });

/** The world once the orchestrator has had its turn. */
export function take({ world, heard }: Step): World {
	if (heard === "quiet") return world;
	if (heard === "died") return restart(world);
	return turn(world, heard === "turn" ? [] : [heard]);
}
