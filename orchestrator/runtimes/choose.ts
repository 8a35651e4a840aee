import type { DockerRuntime } from "./docker/docker-runtime.ts";
import { imageFolder } from "./docker/folder-images.ts";
import { openDocker } from "./docker/open-docker.ts";
import { probeEngine } from "./docker/probe-engine.ts";
import { LateRuntime } from "./late-runtime.ts";
import { openLocal } from "./local/local-runtime.ts";

/** Docker when an engine answers, else local, unless one of them is asked for; and why, in a sentence. */
export async function chooseRuntime(wish: RuntimeWish): Promise<Chosen> {
	if (wish.runtime === "local")
		return local(wish, `BERTH_RUNTIME asks for it. ${NO_WALL}`);
	const probe = await probeEngine(wish.env);
	if (probe.ok) return docker(wish, `Docker engine ${probe.version} answers.`);
	return wish.runtime === "docker"
		? docker(wish, `${probe.reason} Waiting for it.`)
		: local(wish, `${probe.reason} ${NO_WALL}`);
}

export interface RuntimeWish {
	readonly runtime: "auto" | "docker" | "local";
	readonly env: NodeJS.ProcessEnv;
	/** Absolute. */
	readonly data: string;
	readonly images: string;
	readonly instance: string;
	/** Told where the data directory is on the engine's machine; throws when that cannot be right. */
	readonly onPlace: (hostData: string) => void;
}

export interface Chosen {
	readonly runtime: LateRuntime;
	readonly because: string;
}

/** The docker runtime, for what only it can do: building images. */
export const dockerOf = (wish: RuntimeWish): Promise<DockerRuntime> =>
	openDocker({ ...wish, folderOf: imageFolder(wish.images) });

const NO_WALL =
	"Tasks run as processes of this machine, with no wall around them: they can read and write whatever you can.";

const docker = (wish: RuntimeWish, because: string): Chosen => ({
	because,
	runtime: new LateRuntime("docker", async () => {
		const runtime = await dockerOf(wish);
		wish.onPlace(runtime.hostData);
		return runtime;
	}),
});

const local = (wish: RuntimeWish, because: string): Chosen => ({
	because,
	runtime: new LateRuntime("local", () => {
		wish.onPlace(wish.data);
		return openLocal({
			folder: `${wish.data}/.berth/local`,
			images: wish.images,
		});
	}),
});
