import { join } from "node:path";
import type { PreparedImage } from "../../model/task-state.ts";
import type { ImageRequest, Refusal } from "../port.ts";
import { isFolder } from "./facts.ts";
import { imageKey } from "./image-key.ts";
import { installDependencies } from "./install.ts";
import { readManifest } from "./program.ts";
import { isRefusal, refused } from "./refusal.ts";

/** Finds an image's folder and sees to its dependencies. Only folders can run without an engine. */
export async function resolveImage(
	images: string,
	{ image, exactly, look }: ImageRequest,
	{ note, signal }: Asking,
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
	const key = await imageKey(folder);
	if (exactly && exactly.key !== key)
		return refused(isAnother(image, folder, { was: exactly, key }));
	if (look) return { id: folder, key };
	const installed = await installDependencies(folder, note, signal);
	if (isRefusal(installed)) return installed;
	return { id: folder, key };
}

interface Asking {
	readonly note: (text: string) => void;
	readonly signal: AbortSignal;
}

function isAnother(
	image: string,
	folder: string,
	{ was, key }: { readonly was: PreparedImage; readonly key: string },
): string {
	const before = `"${image}" was ${was.id} (key ${was.key.slice(0, 12)})`;
	const is = `what is in ${folder} now has the key ${key.slice(0, 12)}`;
	return `Its image of then is gone: ${before}; ${is}, and there is no Docker engine here that could have kept it. So it cannot be replayed. Put the folder back as it was, under the same Node, or replay it with the engine that it ran on.`;
}

const isName = (image: string): boolean =>
	/^[\w][\w.-]*$/.test(image) && image !== "..";
