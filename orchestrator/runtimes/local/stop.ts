import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { empty, takeAway } from "./attempt-folder.ts";
import { Bell } from "./bell.ts";
import { type Identity, isAlive, signalGroup } from "./identity.ts";
import { claimed } from "./records.ts";
import { isUp, look, type State } from "./state.ts";

/** Asks the program's whole group to end, and ends it after the grace. Resolves once nothing of it is up; rejects when the signal is raised before. */
export async function stop(
	folder: string,
	graceMs: number,
	signal: AbortSignal,
): Promise<void> {
	const state = await begun(folder);
	switch (state.kind) {
		case "running":
			signalGroup(state.program, "SIGTERM");
			if (await leaves(folder, isUp, graceMs, signal)) return;
			signal.throwIfAborted();
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
	// A supervisor may have come in between, or be on its way out. Without it and its folder nothing more can begin, so look last.
	await endRecorded(join(trash, "supervisor"));
	await endRecorded(join(trash, "program"));
	await empty(trash).catch(() => {});
}

/** Ends the group of a program at once. */
export async function kill(folder: string, program: Identity): Promise<void> {
	await end(program);
	if (!(await leaves(folder, isUp, SUPERVISOR_MS)))
		await endRecorded(join(folder, "supervisor"));
}

async function endRecorded(path: string): Promise<void> {
	const who = claimed<Identity>(path);
	if (who) await end(who);
}

/** Throws when it cannot be done: nobody may believe it has ended. */
async function end(leader: Identity): Promise<void> {
	const until = Date.now() + SUPERVISOR_MS;
	while (signalGroup(leader, "SIGKILL") && isAlive(leader)) {
		if (Date.now() > until) break;
		await sleep(2);
	}
	if (isAlive(leader))
		throw new Error(
			`Process ${leader.pid} does not end, although berth killed it. End it as root (kill -9 -- -${leader.pid}), or restart the machine if it hangs on a disk.`,
		);
}

/** How long a supervisor may take to start a program, or to write down its end. */
const SUPERVISOR_MS = 10_000;

/** Between the claim and the record there is nothing to signal: wait until that has passed, and end a supervisor that is stuck there. */
async function begun(folder: string): Promise<State> {
	if (!(await leaves(folder, isStarting, SUPERVISOR_MS)))
		await endRecorded(join(folder, "supervisor"));
	return look(folder);
}

const isStarting = (state: State): boolean => state.kind === "starting";

/** Does the folder leave such a state in time? */
async function leaves(
	folder: string,
	isStill: (state: State) => boolean,
	withinMs: number,
	signal?: AbortSignal,
): Promise<boolean> {
	if (!isStill(look(folder))) return true;
	const time = AbortSignal.timeout(withinMs);
	const patience = signal ? AbortSignal.any([time, signal]) : time;
	using bell = new Bell(folder, patience, MILESTONES);
	while (isStill(look(folder))) {
		if (patience.aborted) return false;
		await bell.next().catch(() => {}); // out of patience: seen above
	}
	return true;
}

const MILESTONES = new Set(["program", "exit.json"]);
