import {
	type FirstStart,
	goneSinceStart,
	type Job,
	type Refusal,
	RuntimeUnreachable,
	type Started,
} from "../port.ts";
import { adopt, started } from "./adopt.ts";
import { type Attached, attach } from "./attach.ts";
import type { Container } from "./container.ts";
import { createBody } from "./create-body.ts";
import type { DockerWorld } from "./docker-runtime.ts";
import { asUnreachable, isStatus } from "./engine-errors.ts";
import { inspect } from "./inspect.ts";
import { refusalOf, unanswered } from "./refusals.ts";

/**
 * Create and start, or adopt. What is found under the name decides:
 *
 *   nothing ─create─► created ─start─► running ─► exited
 *                        │               └──────────┴─► adopted: never start again
 *                        └─ a start that failed ─► refused
 *
 * After a start was asked for, nothing is made or started any more. Nothing means that whoever was there has been removed. One that is
 * only created may still be started by what was asked for, so it is removed: that start then finds nothing.
 */
export async function launch(
	world: DockerWorld,
	job: Job,
	launching: Launching,
): Promise<Started | Refusal> {
	const { signal, first } = launching;
	for (let tries = 0; tries < TRIES; tries++) {
		signal.throwIfAborted();
		const outcome = first.wasAsked
			? await takeUp(world, job)
			: await begin(world, job, launching);
		if (outcome) return outcome;
		await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
	}
	throw new RuntimeUnreachable(
		`The engine neither has a container ${job.name} nor lets one be made. berth asks again.`,
	);
}

export interface Launching {
	readonly signal: AbortSignal;
	readonly first: FirstStart;
	/** Told what is heard of it from its start on. */
	readonly onAttached: (attached: Attached | null) => void;
}

const TRIES = 30;
const PAUSE_MS = 100;

/** Null: look again. */
async function takeUp(
	world: DockerWorld,
	job: Job,
): Promise<Started | Refusal | null> {
	const container = await inspect(world.calls, job.name);
	if (!container) return goneSinceStart(job);
	const adopted = adopt(world, job, container);
	if (adopted) return adopted;
	return (await removeUnstarted(world, container)) ? unanswered(job) : null;
}

/** False when it runs, or somebody else removes it. The engine does it either before a start or after it, and not when it runs. */
async function removeUnstarted(
	{ calls }: DockerWorld,
	{ Id }: Container,
): Promise<boolean> {
	try {
		await calls.json("DELETE", `/containers/${Id}`, { query: { v: "1" } });
		return true;
	} catch (error) {
		if (isStatus(error, 404) || isStatus(error, 409)) return false;
		throw asUnreachable(error);
	}
}

/** Null when the name is reserved, but nothing answers to it yet, or any more. */
async function begin(
	world: DockerWorld,
	job: Job,
	launching: Launching,
): Promise<Started | Refusal | null> {
	const made = await create(world, job);
	if (made === "created") return await start(world, job, launching);
	if (made !== "taken") return made;
	const container = await inspect(world.calls, job.name);
	if (!container) return null;
	return adopt(world, job, container) ?? (await start(world, job, launching));
}

async function create(
	world: DockerWorld,
	job: Job,
): Promise<"created" | "taken" | Refusal> {
	const { platform } = job.wall;
	const query = { name: job.name, ...(platform && { platform }) };
	const body = createBody(job, world.owner, world.toHost);
	try {
		await world.calls.json("POST", "/containers/create", { query, body });
		return "created";
	} catch (error) {
		return isStatus(error, 409) ? "taken" : refusalOf(error, job);
	}
}

/** Not when it is not wanted any more: what was only created is removed by whoever stops or releases it. */
async function start(
	world: DockerWorld,
	job: Job,
	{ signal, first, onAttached }: Launching,
): Promise<Started | Refusal> {
	signal.throwIfAborted();
	const attached = await attach(world.calls, job.name);
	try {
		signal.throwIfAborted();
		await first.ask();
		signal.throwIfAborted();
		if (await isFirst(world, job)) onAttached(attached);
		else attached?.close();
	} catch (error) {
		attached?.close();
		return refusalOf(error, job);
	}
	return started(world, await inspect(world.calls, job.name));
}

/** False when it was started already: then we have not heard all. */
async function isFirst(world: DockerWorld, job: Job): Promise<boolean> {
	try {
		await world.calls.json("POST", `/containers/${job.name}/start`);
		return true;
	} catch (error) {
		if (isStatus(error, 304)) return false;
		throw error;
	}
}
