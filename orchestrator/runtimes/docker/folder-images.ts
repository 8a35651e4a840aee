import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Built, buildImage } from "./build-image.ts";
import type { EngineCalls } from "./engine-calls.ts";
import type { Image } from "./image-key.ts";
import { ContextHashes, type Origin, originOf } from "./image-origin.ts";
import type { Asking } from "./resolve-image.ts";

/** The folder that an image is built from; null when it is a reference to be found or pulled. */
export const imageFolder =
	(images: string) =>
	(name: string): string | null => {
		if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) return null;
		const folder = join(images, name);
		return existsSync(join(folder, "Dockerfile")) ? folder : null;
	};

/** Images of folders have tags of their own, so that no reference can be mistaken for one. */
export const folderTag = (name: string): string => `berth/${name}`;

/** Images that are built from folders of ours when they are missing. Whoever asks for the same one meanwhile waits for that build, or until the own signal is raised: the build goes on. */
export class FolderImages {
	/** The folder of an image; null when it has none. */
	readonly of: (name: string) => string | null;
	readonly #calls: EngineCalls;
	readonly #hashes = new ContextHashes();
	readonly #building = new Map<string, Promise<Built>>();

	constructor(calls: EngineCalls, folderOf: (name: string) => string | null) {
		this.#calls = calls;
		this.of = folderOf;
	}

	/** Where an image that has the folder's tag comes from. A folder that cannot be read says nothing against it. */
	async origin(image: Image, folder: string): Promise<Origin> {
		const hash = await this.#hashes.of(folder).catch(() => null);
		return hash === null ? "fits" : originOf(image, folder, hash);
	}

	async build(
		name: string,
		folder: string,
		{ note, signal }: Asking,
	): Promise<Built> {
		note(`building image ${name} from ${folder}`);
		const underway = this.#building.get(name);
		if (underway) return unless(signal, underway);
		const step = (line: string): void => {
			if (line.startsWith("Step ")) note(`building image ${name}: ${line}`);
		};
		const image = { name, folder, tag: folderTag(name) };
		const building = buildImage(this.#calls, image, step).finally(() =>
			this.#building.delete(name),
		);
		this.#building.set(name, building);
		return unless(signal, building);
	}
}

/** What comes of it, unless the signal is raised first. */
async function unless<T>(signal: AbortSignal, going: Promise<T>): Promise<T> {
	signal.throwIfAborted();
	const aborted = Promise.withResolvers<never>();
	const abort = (): void => aborted.reject(signal.reason);
	signal.addEventListener("abort", abort);
	try {
		return await Promise.race([going, aborted.promise]);
	} finally {
		signal.removeEventListener("abort", abort);
	}
}
