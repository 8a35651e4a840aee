import { mkdir } from "node:fs/promises";
import { BadConfig, berthFolder, type Config } from "./config.ts";
import type { BuiltImage } from "./runtimes/build-images.ts";
import type { RuntimeWish } from "./runtimes/choose.ts";
import type { Diagnosis } from "./runtimes/diagnose.ts";
import { imageFolders as foldersOf } from "./runtimes/image-folders.ts";
import {
	checkPlace,
	declareCopied,
	declareMoved,
	instanceOf,
	knownInstance,
} from "./store/instance.ts";

/** The data directory, where it is not there yet. */
export async function makeFolder(data: string): Promise<void> {
	try {
		await mkdir(data, { recursive: true });
	} catch (error) {
		const { code } = error as NodeJS.ErrnoException;
		throw new BadConfig(
			`BERTH_DATA: the folder ${data} is not there and cannot be made (${code}). Make it, or name another.`,
		);
	}
}

export const imageFolders = ({ images }: Config): readonly string[] =>
	foldersOf(images);

/** Build images from their folders, through the runtime that would run them. */
export async function buildImages(
	config: Config,
	names: readonly string[],
	note: (text: string) => void,
): Promise<readonly BuiltImage[]> {
	const building = await import("./runtimes/build-images.ts");
	return building.buildImages(wishOf(config), names, note);
}

export type { Diagnosis };

/** What is here, what is missing, and how to get it. */
export async function diagnose(config: Config): Promise<readonly Diagnosis[]> {
	const diagnosing = await import("./runtimes/diagnose.ts");
	const { pipelines } = config;
	// Nobody has asked for a data directory yet: so none is made.
	const instance = knownInstance(berthFolder(config)) ?? "";
	return diagnosing.diagnose({ ...wishOf(config, instance), pipelines });
}

/** A data directory that lies elsewhere than before was moved here, or is a copy. */
export function declarePlace(config: Config, was: "moved" | "copied"): string {
	const folder = berthFolder(config);
	const path = config.hostData ?? config.data;
	if (was === "moved") {
		declareMoved(folder, path);
		return `${path} is the same data directory as before: instance ${instanceOf(folder)}.`;
	}
	return `${path} is a data directory of its own now: instance ${declareCopied(folder, path)}.`;
}

/** What the choice of a runtime depends on. */
export const wishOf = (
	config: Config,
	instance = instanceOf(berthFolder(config)),
): RuntimeWish => ({
	...config,
	env: process.env,
	instance,
	onPlace: (hostData) =>
		refuseElsewhere(berthFolder(config), config.hostData ?? hostData),
});

/** Nobody knows whose the containers are that carry the old path, until someone says what happened. */
function refuseElsewhere(folder: string, hostPath: string): void {
	const place = checkPlace(folder, hostPath);
	if (place.kind !== "elsewhere") return;
	throw new BadConfig(
		`This data directory was at ${place.was} and is at ${hostPath} now. Say which it was: "berth doctor --moved" (it is the same one, elsewhere) or "berth doctor --copied" (the other one goes on; this one becomes its own).`,
	);
}
