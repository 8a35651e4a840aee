import type { EngineCalls } from "./engine-calls.ts";
import { isDaemonTrouble, isStatus, unreachable } from "./engine-errors.ts";
import { Image } from "./image-key.ts";

/** What the engine knows of an image; null when it has none of that name. */
export async function findImage(
	calls: EngineCalls,
	tag: string,
): Promise<Image | null> {
	try {
		return Image.parse(await calls.json("GET", `/images/${tag}/json`));
	} catch (error) {
		if (isStatus(error, 404) || isStatus(error, 400)) return null;
		throw isDaemonTrouble(error) ? unreachable(error) : error;
	}
}
