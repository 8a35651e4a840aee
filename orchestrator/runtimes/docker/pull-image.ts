import type { ImageRequest } from "../port.ts";
import type { EngineCalls } from "./engine-calls.ts";
import { EngineError } from "./engine-errors.ts";
import { progressLines } from "./progress.ts";
import { registryAuth } from "./registry-auth.ts";
import type { Asking } from "./resolve-image.ts";

/** Pull one image, saying how far it is. Throws EngineError with the registry's or engine's words. */
export async function pullImage(
	calls: EngineCalls,
	{ image, platform }: ImageRequest,
	{ note, signal }: Asking,
): Promise<void> {
	const auth = registryAuth(image, process.env);
	const answer = calls.stream("POST", "/images/create", {
		query: { fromImage: withTag(image), platform },
		signal,
		...(auth && { headers: { "X-Registry-Auth": auth } }),
	});
	note(`Pulling ${image}.`);
	const layers = new Map<string, boolean>();
	for await (const line of progressLines(answer)) {
		if (line.error) throw new EngineError(404, line.error);
		if (!line.id || !line.status || !LAYER.test(line.id)) continue;
		const before = done(layers);
		layers.set(line.id, READY.test(line.status));
		if (done(layers) !== before)
			note(`Pulling ${image}: ${done(layers)} of ${layers.size} layers.`);
	}
}

/** Without a tag the engine would pull every tag there is. */
export function withTag(image: string): string {
	const name = image.slice(image.lastIndexOf("/") + 1);
	return name.includes(":") || name.includes("@") ? image : `${image}:latest`;
}

const LAYER = /^[0-9a-f]{12}$/;
const READY = /^(pull complete|already exists)$/i;

const done = (layers: ReadonlyMap<string, boolean>): number =>
	[...layers.values()].filter((ready) => ready).length;
