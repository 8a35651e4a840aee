import { join } from "node:path";
import type { PreparedImage } from "../../model/task-state.ts";
import type { Refusal } from "../port.ts";
import { isFolder } from "./facts.ts";
import { imageKey } from "./image-key.ts";
import { installDependencies } from "./install.ts";
import { readManifest } from "./program.ts";
import { isRefusal, refused } from "./refusal.ts";

/** Finds an image's folder and sees to its dependencies. Only folders can run without an engine. */
export async function resolveImage(
	images: string,
	image: string,
	note: (text: string) => void,
	signal: AbortSignal,
): Promise<PreparedImage | Refusal> {
	const folder = join(images, image);
	if (!isName(image) || !isFolder(folder))
		return refused(
			`Without a Docker engine only the image folders in ${images} can run, and "${image}" is not one of them. Start a Docker engine, or make the folder ${join(images, "NAME")} with the program and a package.json whose "bin" names it.`,
		);
	if (readManifest(folder) === null)
		return refused(
			`Image "${image}" has no readable package.json in ${folder}, which is where berth finds its program without Docker. Add one with a "bin", or start a Docker engine.`,
		);
	const installed = await installDependencies(folder, note, signal);
	if (isRefusal(installed)) return installed;
	return { id: folder, key: await imageKey(folder) };
}

const isName = (image: string): boolean =>
	/^[\w][\w.-]*$/.test(image) && image !== "..";
