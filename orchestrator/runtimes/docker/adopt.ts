import type { Job, Refusal, Started } from "../port.ts";
import { type Container, startedAt } from "./container.ts";
import type { DockerWorld } from "./docker-runtime.ts";
import { digestOf, LABEL, type Labels } from "./labels.ts";
import { foreign, forgotten, startRefusal } from "./refusals.ts";

/** Take what is found under a job's name for its container, or say why not. Null when it is, and was never started. */
export function adopt(
	world: DockerWorld,
	job: Job,
	container: Container,
): Started | Refusal | null {
	const { Config, State } = container;
	const stranger = whyForeign(world, job, Config.Labels);
	if (stranger) return foreign(job, stranger);
	const madeFor = Config.Labels[LABEL.job];
	if (madeFor !== undefined && madeFor !== digestOf(job, world.toHost))
		return forgotten(job);
	if (State.Status !== "created") return started(world, container);
	return State.Error ? startRefusal(job.task, State.Error) : null;
}

/** It was started; when it is gone already, waiting for it will tell. */
export function started(
	world: DockerWorld,
	container: Container | null,
): Started {
	const at = container && startedAt(container);
	return { kind: "started", at: at ?? world.now() };
}

function whyForeign(
	{ owner }: DockerWorld,
	job: Job,
	labels: Labels,
): string | null {
	if (labels[LABEL.attempt] !== job.attempt) return "is not this attempt's";
	if (labels[LABEL.instance] !== owner.instance)
		return "belongs to another berth";
	if (labels[LABEL.data] !== owner.hostData)
		return `belongs to the data directory ${labels[LABEL.data]}, not to ${owner.hostData}`;
	return null;
}
