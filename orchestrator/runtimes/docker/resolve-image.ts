import type { PreparedImage } from "../../model/task-state.ts";
import type { ImageRequest, Refusal } from "../port.ts";
import type { DockerWorld } from "./docker-runtime.ts";
import { EngineError, isDaemonTrouble, unreachable } from "./engine-errors.ts";
import { findImage } from "./find-image.ts";
import { folderTag } from "./folder-images.ts";
import { type Image, prepared } from "./image-key.ts";
import { pullImage } from "./pull-image.ts";
import { DISK_FULL } from "./refusals.ts";
import { resolveExactly } from "./resolve-exactly.ts";

export interface Asking {
	readonly note: (text: string) => void;
	readonly signal: AbortSignal;
}

/** Find the image as the pull policy says. */
export async function resolveImage(
	world: DockerWorld,
	request: ImageRequest,
	asking: Asking,
): Promise<PreparedImage | Refusal> {
	if (request.exactly)
		return resolveExactly(world, request.image, request.exactly);
	const folder = world.folders.of(request.image);
	if (folder !== null)
		return resolveFolder(world, request, { ...asking, folder });
	const found = await findImage(world.calls, request.image);
	const suits = found !== null && isFor(found, request.platform);
	if (suits && (request.look || request.pull !== "always"))
		return prepared(found);
	if (request.pull === "never") return refused(notHere(request));
	if (request.look)
		return absent(
			`Image "${request.image}" is not here yet: a run pulls it first.`,
		);
	try {
		await pullImage(world.calls, request, asking);
	} catch (error) {
		asking.signal.throwIfAborted();
		return notPulled(request.image, error);
	}
	const pulled = await findImage(world.calls, request.image);
	if (!pulled) return refused(notHere(request));
	return isFor(pulled, request.platform)
		? prepared(pulled)
		: refused(otherPlatform(request, pulled));
}

/** One of our own folders is never pulled; it is built when it never was, or when another project's image has taken its name. An older one stays until someone asks to build it. */
async function resolveFolder(
	world: DockerWorld,
	request: ImageRequest,
	{ folder, ...asking }: Asking & { readonly folder: string },
): Promise<PreparedImage | Refusal> {
	const { image: name, platform } = request;
	const found = await findImage(world.calls, folderTag(name));
	const origin = found && (await world.folders.origin(found, folder));
	if (found && origin !== "foreign") {
		if (origin === "older") asking.note(outdated(name));
		return isFor(found, platform)
			? prepared(found)
			: refused(otherPlatform(request, found));
	}
	if (request.look)
		return absent(
			`Image ${name} is not built yet: a run builds it first, as \`berth images build ${name}\` does.`,
		);
	const built = await world.folders.build(name, folder, asking);
	return built.kind === "failed"
		? refused(built.message, built.lost)
		: built.image;
}

function isFor(image: Image, platform: string | undefined): boolean {
	if (!platform) return true;
	const [os, architecture] = platform.split("/");
	return image.Os === os && image.Architecture === architecture;
}

const refused = (message: string, lost = false): Refusal => ({
	kind: "refused",
	message,
	lost,
});

const absent = (message: string): Refusal => ({
	...refused(message),
	absent: true,
});

const outdated = (name: string) =>
	`image ${name} was built from other files than its folder holds now; \`berth images build ${name}\` rebuilds it`;

const notHere = ({ image, platform }: ImageRequest) =>
	`The engine has no image "${image}"${platform ? ` for ${platform}` : ""}, and the task's pull policy forbids getting it. Get it with \`docker pull ${image}\`, or set \`pull: "missing"\`.`;

/** An engine may take what a registry has, whatever it was asked for. */
const otherPlatform = ({ image, platform }: ImageRequest, found: Image) =>
	`Image "${image}" is for ${found.Os}/${found.Architecture}; its registry has none for ${platform}. Correct the task's \`platform\`, or use another image.`;

function notPulled(image: string, error: unknown): Refusal {
	if (!(error instanceof EngineError)) throw error;
	if (isDaemonTrouble(error)) throw unreachable(error);
	const words = error.message;
	if (DISK_FULL.test(words))
		return refused(
			`Image "${image}" could not be pulled: the engine's disk is full. Free some (docker system df shows what takes it). The engine said: ${words}`,
			true,
		);
	if (UNKNOWN.test(words))
		return refused(
			`Image "${image}" cannot be pulled: its registry has none of that name, or wants a login. Correct the name, or \`docker login\`; if it should be a folder of your images, it is not there. The engine said: ${words}`,
		);
	return refused(
		`Image "${image}" could not be pulled just now: ${words}. The registry or the way to it is in trouble; berth tries again.`,
		true,
	);
}

const UNKNOWN =
	/pull access denied|manifest( for \S+)? (unknown|not found)|not found|unauthorized|authentication required|denied|invalid reference|no matching manifest|does not match the specified platform/i;
