import { resolve } from "node:path";
import type { Instant } from "../../model/words.ts";
import { RuntimeUnreachable } from "../port.ts";
import { DockerRuntime } from "./docker-runtime.ts";
import { EngineCalls } from "./engine-calls.ts";
import { asUnreachable } from "./engine-errors.ts";
import type { Environment } from "./find-engine.ts";
import { FolderImages } from "./folder-images.ts";
import { findHostData, hostPaths } from "./host-paths.ts";
import { ping, probeEngine } from "./probe-engine.ts";
import { proveHostPath } from "./prove-host-path.ts";
import { PATIENCE, type Patience, Pulse } from "./pulse.ts";

export interface DockerSettings {
	readonly env: Environment;
	/** What `.berth/instance` holds. */
	readonly instance: string;
	/** The data directory as this process sees it. */
	readonly data: string;
	/** The folder that an image is built from; null for one that is found or pulled. */
	readonly folderOf: (name: string) => string | null;
	readonly patience?: Patience;
	/** Told whenever the engine answers. */
	readonly onAnswer?: () => void;
	/** Only images will be asked for: the data directory need not be there. */
	readonly looksOnly?: boolean;
}

/** Find the engine, agree on a version of its API, and prove that it sees the data directory. Throws RuntimeUnreachable when none answers, or one that is in trouble. */
export async function openDocker(
	settings: DockerSettings,
): Promise<DockerRuntime> {
	try {
		return await open(settings);
	} catch (error) {
		throw asUnreachable(error);
	}
}

async function open(settings: DockerSettings): Promise<DockerRuntime> {
	const { env, instance, folderOf, patience = PATIENCE } = settings;
	const probe = await probeEngine(env, patience.answerMs);
	if (!probe.ok) throw new RuntimeUnreachable(probe.reason);
	const { endpoint, apiVersion } = probe;
	const calls = new EngineCalls(
		{ endpoint, apiVersion },
		new Pulse((limitMs) => ping(endpoint, limitMs), patience),
		settings.onAnswer,
	);
	const data = resolve(settings.data);
	const hostData = await findHostData(calls, data, env);
	const owner = { instance, hostData };
	const wrong = settings.looksOnly
		? null
		: await proveHostPath(calls, owner, data);
	if (wrong) throw new Error(wrong);
	const folders = new FolderImages(calls, folderOf);
	const toHost = hostPaths(data, hostData);
	const now = () => Date.now() as Instant;
	return new DockerRuntime({ calls, owner, toHost, folders, now });
}
