import { existsSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join, relative } from "node:path";
import { z } from "zod";
import type { EngineCalls } from "./engine-calls.ts";
import { isStatus } from "./engine-errors.ts";
import type { Environment } from "./find-engine.ts";

/** The data directory's path on the engine's machine. Inside a container it is taken from that container's own mount. */
export async function findHostData(
	calls: EngineCalls,
	data: string,
	env: Environment,
): Promise<string> {
	if (env.BERTH_HOST_DATA) return env.BERTH_HOST_DATA;
	for (const id of ownContainerIds()) {
		const mounts = await mountsOf(calls, id);
		if (mounts) return throughMounts(data, mounts);
	}
	return data;
}

/** Translates paths below the data directory; all others are the host's own already. */
export function hostPaths(data: string, hostData: string) {
	return (path: string): string => {
		const inside = relative(data, path);
		const isInside = inside !== ".." && !inside.startsWith("../");
		return isInside ? join(hostData, inside) : path;
	};
}

export interface ContainerMount {
	/** On the host. */
	readonly Source: string;
	/** In the container. */
	readonly Destination: string;
}

/** The host's path of what is mounted here as this path. */
export function throughMounts(
	path: string,
	mounts: readonly ContainerMount[],
): string {
	const above = mounts
		.filter((mount) => !relative(mount.Destination, path).startsWith(".."))
		.sort((a, b) => b.Destination.length - a.Destination.length)[0];
	if (!above?.Source)
		throw new Error(
			`berth runs in a container, and its data directory ${path} is inside that container, where no task can reach it. Mount a folder of the host there (docker run -v "$PWD/data:${path}"), or set BERTH_HOST_DATA to its path on the host.`,
		);
	return join(above.Source, relative(above.Destination, path));
}

/** What may be our own container's id, surest first. Empty outside of a container. */
export function ownContainerIds(root = "/"): readonly string[] {
	const mounts = read(join(root, "proc/self/mountinfo"));
	const groups = read(join(root, "proc/self/cgroup"));
	// The engine mounts /etc/hostname and its like from the folder of the container.
	const mounted = /\/containers\/([0-9a-f]{64})\/(?:hostname|hosts|resolv)/;
	const ids = [
		mounted.exec(mounts)?.[1],
		/[/-]([0-9a-f]{64})(?:\.scope)?$/m.exec(groups)?.[1],
		existsSync(join(root, ".dockerenv")) ? hostname() : undefined,
	];
	return [...new Set(ids.filter((id) => id !== undefined))];
}

const Mounts = z.object({
	Mounts: z.array(z.object({ Source: z.string(), Destination: z.string() })),
});

/** Null when this engine has no such container: we may be in another's. */
async function mountsOf(calls: EngineCalls, id: string) {
	try {
		const container = await calls.json("GET", `/containers/${id}/json`);
		return Mounts.parse(container).Mounts;
	} catch (error) {
		if (isStatus(error, 404)) return null;
		throw error;
	}
}

function read(file: string): string {
	try {
		return readFileSync(file, "utf8");
	} catch {
		return ""; // no /proc: not Linux, so not in a container
	}
}
