import { existsSync } from "node:fs";
import type { Job, Refusal } from "../port.ts";
import { refused } from "./refusal.ts";

/**
 * Null when what the task asks of its surroundings can be had without a wall, or only would have kept it in bounds (memory, cpus,
 * pids, shm, tmpfs, ulimits, network, dns, extraHosts: at each run berth says that there is no wall). What its results may depend on is
 * refused.
 */
export function checkWall(job: Job): Refusal | null {
	const { gpus, devices, platform } = job.wall;
	if (gpus !== undefined) return needsEngine(job, "gpus");
	if (devices.length > 0) return needsEngine(job, "devices");
	if (platform !== undefined && !isThisMachine(platform))
		return needsEngine(job, `platform ${platform}`);
	return checkHostMounts(job);
}

function checkHostMounts({ task, wall }: Job): Refusal | null {
	for (const { source, target } of wall.mounts) {
		if (source !== target)
			return refused(
				`Task "${task}" mounts ${source} at ${target}, which only a container can have: without Docker it stays at ${source}. Start a Docker engine, or mount it at the same path.`,
			);
		if (!existsSync(source))
			return refused(
				`Task "${task}" mounts ${source}, but there is nothing at that path. Create it, or correct the path.`,
			);
	}
	return null;
}

const needsEngine = ({ task }: Job, what: string): Refusal =>
	refused(
		`Task "${task}" asks for ${what}, which only a container can be given. Start a Docker engine, or leave it out.`,
	);

function isThisMachine(platform: string): boolean {
	const [os, architecture] = platform.split("/");
	return (
		os === process.platform &&
		architecture === (ARCHITECTURES[process.arch] ?? process.arch)
	);
}

/** Node's words in those of images. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
	x64: "amd64",
	ia32: "386",
};
