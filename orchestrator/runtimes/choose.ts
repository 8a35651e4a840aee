import type { DockerRuntime } from "./docker/docker-runtime.ts";
import { probeEngine } from "./docker/probe-engine.ts";
import { LateRuntime } from "./late-runtime.ts";
import type { RuntimeKind } from "./runtime-in-use.ts";

/**
 * What attempts that are not over were made by, else what is asked for, else docker when an engine answers, else local; and why, in a
 * sentence. It is loaded when it is first needed. Throws OtherRuntime when what is asked for cannot find those attempts.
 */
export async function chooseRuntime(
	wish: RuntimeWish,
	inUse: RuntimeKind | null = null,
): Promise<Chosen> {
	const { runtime } = wish;
	if (inUse !== null && runtime !== "auto" && runtime !== inUse)
		throw new OtherRuntime(runtime, inUse);
	const wanted = inUse ?? runtime;
	if (wanted === "local")
		return local(
			wish,
			`${runtime === "local" ? "BERTH_RUNTIME asks for it." : LEFT} ${NO_WALL}`,
		);
	const probe = await probeEngine(wish.env);
	if (probe.ok) return docker(wish, `Docker engine ${probe.version} answers.`);
	// One that is only slow, or starting, is no reason to take the wall away.
	return wanted === "docker" || probe.isThere
		? docker(wish, `${probe.reason} Waiting for it.`)
		: local(wish, `${probe.reason} ${NO_WALL}`);
}

/** The other runtime cannot find what this one made: it would be declared vanished, and be done twice. */
export class OtherRuntime extends Error {
	override readonly name = "OtherRuntime";
	constructor(asked: RuntimeKind, inUse: RuntimeKind) {
		super(
			`BERTH_RUNTIME asks for ${asked}, but runs that are not over have attempts that the ${inUse} runtime made, and only it can find them. Start with BERTH_RUNTIME=${inUse} (or without it) until those runs are over or cancelled; then change it.`,
		);
	}
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
	/** Told whenever the engine answers. */
	readonly onAnswer?: () => void;
	/** Only images will be asked for: nothing is made, and the data directory need not be there. */
	readonly looksOnly?: boolean;
}

export interface Chosen {
	readonly runtime: LateRuntime;
	readonly because: string;
}

/** The docker runtime, for what only it can do: building images. */
export async function dockerOf(wish: RuntimeWish): Promise<DockerRuntime> {
	const { openDocker } = await import("./docker/open-docker.ts");
	const { imageFolder } = await import("./docker/folder-images.ts");
	return openDocker({ ...wish, folderOf: imageFolder(wish.images) });
}

const LEFT =
	"Runs that are not over began with it; the next start after them looks for a Docker engine again.";
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
	runtime: new LateRuntime("local", async () => {
		const { LocalRuntime, openLocal } = await import(
			"./local/local-runtime.ts"
		);
		const { data, images } = wish;
		const options = { folder: `${data}/.berth/local`, images };
		if (wish.looksOnly) return new LocalRuntime(options);
		wish.onPlace(data);
		return openLocal(options);
	}),
});
