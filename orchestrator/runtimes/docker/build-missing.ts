import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ImageRequest, Refusal, Runtime } from "../port.ts";
import type { Built } from "./build-image.ts";
import type { DockerRuntime } from "./docker-runtime.ts";

/** The folder that an image is built from; null when it is a reference to be found or pulled. */
export function imageFolder(images: string, name: string): string | null {
	if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) return null;
	const folder = join(images, name);
	return existsSync(join(folder, "Dockerfile")) ? folder : null;
}

/** Images of folders have tags of their own, so that no reference can be mistaken for one. */
export const imageTag =
	(images: string) =>
	(name: string): string =>
		imageFolder(images, name) === null ? name : `berth/${name}`;

/** Find an image; where it is one of ours and was never built, build it first. Whoever asks for the same one meanwhile waits for that build. */
export class BuildMissing {
	readonly #runtime: DockerRuntime;
	readonly #images: string;
	readonly #building = new Map<string, Promise<Built>>();

	constructor(runtime: DockerRuntime, images: string) {
		this.#runtime = runtime;
		this.#images = images;
	}

	resolve: Runtime["resolve"] = async (request, note, signal) => {
		const found = await this.#runtime.resolve(request, note, signal);
		if (!("kind" in found)) return found;
		const folder = imageFolder(this.#images, request.image);
		if (folder === null) return found;
		note(`building image ${request.image} from ${folder}`);
		const built = await this.#build(request, folder, note);
		return built.kind === "failed" ? refusal(built.message) : built.image;
	};

	#build(
		{ image: name }: ImageRequest,
		folder: string,
		note: (text: string) => void,
	): Promise<Built> {
		const underway = this.#building.get(name);
		if (underway) return underway;
		const tag = imageTag(this.#images)(name);
		const step = (line: string): void => {
			if (line.startsWith("Step ")) note(`building image ${name}: ${line}`);
		};
		const building = this.#runtime
			.build({ name, folder, tag }, step)
			.finally(() => this.#building.delete(name));
		this.#building.set(name, building);
		return building;
	}
}

const refusal = (message: string): Refusal => ({
	kind: "refused",
	message,
	lost: false,
});
