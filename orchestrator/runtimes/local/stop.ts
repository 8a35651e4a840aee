import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { empty, takeAway } from "./attempt-folder.ts";
import { Bell } from "./bell.ts";
import { type Identity, isAlive, signalGroup } from "./identity.ts";
import { claimed } from "./records.ts";
import { isUp, look, type State } from "./state.ts";

/** Asks the program's whole group to end, and ends it after the grace. Resolves once nothing of it is up. */
export async function stop(folder: string, graceMs: number): Promise<void> {
	const state = await begun(folder);
	switch (state.kind) {
		case "running":
			signalGroup(state.program, "SIGTERM");
			if (await leaves(folder, isUp, graceMs)) return;
			return kill(folder, state.program);
		case "orphaned":
			return kill(folder, state.program);
		case "created":
		case "starting":
		case "abandoned":
			return remove(folder);
		case "gone":
		case "ended":
			return;
	}
}

/** Ends the program if it runs, and removes its folder. What cannot be removed now is swept when the runtime is opened next. */
export async function remove(folder: string): Promise<void> {
	const state = await begun(folder);
	if (state.kind === "running" || state.kind === "orphaned")
		await kill(folder, state.program);
	const trash = await takeAway(folder);
	if (!trash) return;
	// A supervisor that claimed it in between finds no folder to record the program in, and leaves.
	await empty(trash).catch(() => {});
}

/** Ends the group of a program at once. Throws when that cannot be done: nobody may believe it has ended. */
export async function kill(folder: string, program: Identity): Promise<void> {
	const until = Date.now() + SUPERVISOR_MS;
	while (signalGroup(program, "SIGKILL") && Date.now() < until) {
		if (!isAlive(program)) break;
		await sleep(5);
	}
	if (isAlive(program))
		throw new Error(
			`Process ${program.pid} does not end, although berth killed it. End it as root (kill -9 -- -${program.pid}), or restart the machine if it hangs on a disk.`,
		);
	if (!(await leaves(folder, isUp, SUPERVISOR_MS))) endSupervisor(folder);
}

/** One that is stuck. Its program is over, or not begun. */
function endSupervisor(folder: string): void {
	const supervisor = claimed<Identity>(join(folder, "supervisor"));
	if (supervisor) signalGroup(supervisor, "SIGKILL");
}

/** How long a supervisor may take to start a program, or to write down its end. */
const SUPERVISOR_MS = 10_000;

/** Between the claim and the record there is nothing to signal: wait until that has passed, and end a supervisor that is stuck there. */
async function begun(folder: string): Promise<State> {
	if (!(await leaves(folder, isStarting, SUPERVISOR_MS))) endSupervisor(folder);
	return look(folder);
}

const isStarting = (state: State): boolean => state.kind === "starting";

/** Does the folder leave such a state in time? */
async function leaves(
	folder: string,
	isStill: (state: State) => boolean,
	withinMs: number,
): Promise<boolean> {
	if (!isStill(look(folder))) return true;
	const patience = AbortSignal.timeout(withinMs);
	using bell = new Bell(folder, patience, MILESTONES);
	while (isStill(look(folder))) {
		if (patience.aborted) return false;
		await bell.next().catch(() => {}); // out of patience: seen above
	}
	return true;
}

const MILESTONES = new Set(["program", "exit.json"]);
