import { createHash } from "node:crypto";
import type { ContainerName } from "../../model/words.ts";
import type { Job, Listed } from "../port.ts";

/** On everything that we create. Only what carries both `instance` and `data` of ours is ours. */
export const LABEL = {
	instance: "dev.berth.instance",
	/** The data directory's path on the host. */
	data: "dev.berth.data",
	run: "dev.berth.run",
	task: "dev.berth.task",
	attempt: "dev.berth.attempt",
	/** The hash of what the container was made for. */
	job: "dev.berth.job",
	/** On images: the hash of what they were built from. */
	context: "dev.berth.context",
	/** On images: the hash of the path of the images folder that has their folder. */
	images: "dev.berth.images",
} as const;

/** A path of this process as the engine's machine knows it. */
export type ToHost = (path: string) => string;

/** Whose containers these are. */
export interface Owner {
	readonly instance: string;
	/** The data directory's path on the host. */
	readonly hostData: string;
}

export type Labels = Readonly<Record<string, string>>;

export const ownerLabels = (owner: Owner): Labels => ({
	[LABEL.instance]: owner.instance,
	[LABEL.data]: owner.hostData,
});

export const isOwned = (labels: Labels, owner: Owner): boolean =>
	labels[LABEL.instance] === owner.instance &&
	labels[LABEL.data] === owner.hostData;

export const jobLabels = (owner: Owner, job: Job, toHost: ToHost): Labels => ({
	...ownerLabels(owner),
	[LABEL.run]: job.run,
	[LABEL.task]: job.task,
	[LABEL.attempt]: job.attempt,
	[LABEL.job]: digestOf(job, toHost),
});

/** Two jobs of one attempt are the same when they run the same command on the same inputs. Nothing more, lest a newer berth disown what an older one started. Paths are the host's: an owner in a container sees others, and is the same berth. */
export function digestOf(
	{ image, command, mounts }: Job,
	toHost: ToHost,
): string {
	const inputs = mounts
		.filter(({ readOnly }) => readOnly)
		.map(({ source, target }) => [target, toHost(source)]);
	return createHash("sha256")
		.update(JSON.stringify([image.id, command, inputs.sort()]))
		.digest("hex");
}

/** What the engine needs to list only ours. */
export const ownerFilter = (owner: Owner): string =>
	JSON.stringify({
		label: Object.entries(ownerLabels(owner)).map(([k, v]) => `${k}=${v}`),
	});

/** A line of the engine's list as the port tells it; null for what is no attempt's. */
export function listed(line: ListLine): Listed | null {
	const name = line.Names[0]?.replace(/^\//, "");
	const attempt = line.Labels[LABEL.attempt];
	if (!name || !attempt) return null;
	return {
		name: name as ContainerName,
		attempt: attempt as Listed["attempt"],
		running: ["running", "paused", "restarting"].includes(line.State),
	};
}

export interface ListLine {
	readonly Names: readonly string[];
	readonly Labels: Labels;
	readonly State: string;
}
