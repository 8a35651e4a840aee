import pLimit from "p-limit";
import { z } from "zod";
import type { PreparedImage } from "../../model/task-state.ts";
import type { Refusal } from "../port.ts";
import type { DockerWorld } from "./docker-runtime.ts";
import type { EngineCalls } from "./engine-calls.ts";
import { isDaemonTrouble, unreachable } from "./engine-errors.ts";
import { findImage } from "./find-image.ts";
import { folderTag } from "./folder-images.ts";
import { type Image, imageKey } from "./image-key.ts";

/** The very image that an earlier attempt ran in. An engine may know it under another id, as after `docker load`: then its key tells. */
export async function resolveExactly(
	{ calls, folders }: DockerWorld,
	name: string,
	wanted: PreparedImage,
): Promise<PreparedImage | Refusal> {
	if (!IMAGE_ID.test(wanted.id)) return refused(notOfAnEngine(name, wanted));
	if (await findImage(calls, wanted.id)) return wanted;
	const tag = folders.of(name) === null ? name : folderTag(name);
	const tagged = await findImage(calls, tag);
	const same =
		tagged && imageKey(tagged) === wanted.key
			? tagged
			: await imageOfKey(calls, wanted.key);
	return same
		? { id: same.Id, key: wanted.key }
		: refused(gone({ name, wanted, tag, tagged }));
}

/** Looks at every image of the engine, which is worth it: the attempt cannot be made otherwise. */
async function imageOfKey(
	calls: EngineCalls,
	key: string,
): Promise<Image | null> {
	const ids = await imageIds(calls);
	const atATime = pLimit(AT_A_TIME);
	const images = await Promise.all(
		ids.map((id) => atATime(() => findImage(calls, id))),
	);
	return images.find((image) => image && imageKey(image) === key) ?? null;
}

async function imageIds(calls: EngineCalls): Promise<readonly string[]> {
	try {
		const listed = Listed.parse(await calls.json("GET", "/images/json"));
		return listed.map(({ Id }) => Id);
	} catch (error) {
		throw isDaemonTrouble(error) ? unreachable(error) : error;
	}
}

const Listed = z.array(z.object({ Id: z.string() }));
const AT_A_TIME = 8;
const IMAGE_ID = /^sha256:[0-9a-f]{64}$/;

function gone({ name, wanted, tag, tagged }: Gone): string {
	const now = tagged
		? `"${tag}" is another image now (${tagged.Id}, key ${short(imageKey(tagged))})`
		: `nor is there any image "${tag}" now`;
	return `Its image of then is gone: "${name}" was ${wanted.id} (key ${short(wanted.key)}), and the engine has neither that nor another image of the same contents; ${now}. So it cannot be replayed. \`docker load\` or \`docker pull\` by its digest brings it back, where it was saved or pushed.`;
}

interface Gone {
	readonly name: string;
	readonly wanted: PreparedImage;
	readonly tag: string;
	readonly tagged: Image | null;
}

const notOfAnEngine = (name: string, { id }: PreparedImage): string =>
	`It ran without a Docker engine then, from the image folder ${id}, so "${name}" cannot be replayed in a container. Replay it with BERTH_RUNTIME=local.`;

const short = (key: string): string => key.slice(0, 12);

const refused = (message: string): Refusal => ({
	kind: "refused",
	message,
	lost: false,
});
