import {
	type FirstStart,
	goneSinceStart,
	type Job,
	type Refusal,
	RuntimeUnreachable,
	type Started,
} from "../port.ts";
import { type Attached, attach } from "./attach.ts";
import { Container, startedAt } from "./container.ts";
import { createBody } from "./create-body.ts";
import type { DockerWorld } from "./docker-runtime.ts";
import { EngineError, isStatus } from "./engine-errors.ts";
import { digestOf, LABEL } from "./labels.ts";
import { foreign, forgotten, refusalOf, startRefusal } from "./refusals.ts";

/**
 * Create and start, or adopt. What is found under the name decides:
 *
 *   nothing ─create─► created ─start─► running ─► exited
 *                        │               └──────────┴─► adopted: never start again
 *                        └─ a start that failed ─► refused
 *
 * After a start was asked for, nothing is nothing more: whoever was there has been removed.
 */
export async function launch(
	world: DockerWorld,
	job: Job,
	launching: Launching,
): Promise<Started | Refusal> {
	const { signal, first } = launching;
	if (first.wasAsked) return await adoptOnly(world, job, launching);
	for (let tries = 0; tries < TRIES; tries++) {
		signal.throwIfAborted();
		try {
			if (await create(world, job)) return await start(world, job, launching);
			const container = await inspect(world, job);
			if (container)
				return await adopt(world, { ...launching, job, container });
		} catch (error) {
			return refusalOf(error, job);
		}
		// The name is reserved, but nothing answers to it yet, or any more.
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

async function adoptOnly(
	world: DockerWorld,
	job: Job,
	launching: Launching,
): Promise<Started | Refusal> {
	try {
		const container = await inspect(world, job);
		if (!container) return goneSinceStart(job);
		return await adopt(world, { ...launching, job, container });
	} catch (error) {
		return refusalOf(error, job);
	}
}

const TRIES = 30;
const PAUSE_MS = 100;

/** False when the name is taken. */
async function create(world: DockerWorld, job: Job): Promise<boolean> {
	const { platform } = job.wall;
	const query = { name: job.name, ...(platform && { platform }) };
	const body = createBody(job, world.owner, world.toHost);
	try {
		await world.calls.json("POST", "/containers/create", { query, body });
		return true;
	} catch (error) {
		if (isStatus(error, 409)) return false;
		throw error;
	}
}

/** Not when it is not wanted any more: what was only created is removed by whoever stops or releases it. */
async function start(
	world: DockerWorld,
	job: Job,
	{ signal, first, onAttached }: Launching,
): Promise<Started | Refusal> {
	signal.throwIfAborted();
	const attaching = attach(world.calls, job.name);
	try {
		await first.ask();
		const attached = await attaching;
		if (await isFirst(world, job)) onAttached(attached);
		else attached?.close();
	} catch (error) {
		void attaching.then((attached) => attached?.close());
		throw error;
	}
	const container = await inspect(world, job);
	return started(world, container);
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

async function adopt(
	world: DockerWorld,
	{ job, container, ...launching }: Found,
): Promise<Started | Refusal> {
	const stranger = whyForeign(world, job, container);
	if (stranger) return foreign(job, stranger);
	const madeFor = container.Config.Labels[LABEL.job];
	if (madeFor !== undefined && madeFor !== digestOf(job, world.toHost))
		return forgotten(job);
	const { Status, Error: words } = container.State;
	if (Status !== "created") return started(world, container);
	if (words) return startRefusal(job.task, words);
	return await start(world, job, launching);
}

interface Found extends Launching {
	readonly job: Job;
	readonly container: Container;
}

function whyForeign(
	{ owner }: DockerWorld,
	job: Job,
	{ Config: { Labels } }: Container,
): string | null {
	if (Labels[LABEL.attempt] !== job.attempt) return "is not this attempt's";
	if (Labels[LABEL.instance] !== owner.instance)
		return "belongs to another berth";
	if (Labels[LABEL.data] !== owner.hostData)
		return `belongs to the data directory ${Labels[LABEL.data]}, not to ${owner.hostData}`;
	return null;
}

/** It was started; when it is gone already, waiting for it will tell. */
function started(world: DockerWorld, container: Container | null): Started {
	const at = container && startedAt(container);
	return { kind: "started", at: at ?? world.now() };
}

async function inspect(world: DockerWorld, job: Job) {
	try {
		const path = `/containers/${job.name}/json`;
		return Container.parse(await world.calls.json("GET", path));
	} catch (error) {
		if (error instanceof EngineError && error.status === 404) return null;
		throw error;
	}
}
