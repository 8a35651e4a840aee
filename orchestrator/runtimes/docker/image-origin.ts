import { createHash } from "node:crypto";
import { dirname, resolve } from "node:path";
import { readContext } from "./build-context.ts";
import type { Image } from "./image-key.ts";
import { LABEL, type Labels } from "./labels.ts";

/**
 * Where the image of a folder comes from. `berth/trainer` is one name on an engine that several projects may use, and the files may
 * have changed since it was built.
 */
export type Origin =
	/** It was built from what the folder holds; or by hand, so nobody knows. */
	| "fits"
	/** It was built from this images folder, and the files have changed since. */
	| "older"
	/** It was built from other files, in another images folder. */
	| "foreign";

/** By what the image says of itself, and the hash of what its folder holds now. */
export function originOf(image: Image, folder: string, hash: string): Origin {
	const labels = image.Config?.Labels ?? {};
	const context = labels[LABEL.context];
	if (context === undefined || context === hash) return "fits";
	const images = labels[LABEL.images];
	return images === undefined || images === imagesHash(folder)
		? "older"
		: "foreign";
}

/** What an image is told to remember of its folder. */
export const originLabels = (folder: string, hash: string): Labels => ({
	[LABEL.context]: hash,
	[LABEL.images]: imagesHash(folder),
});

const imagesHash = (folder: string): string =>
	createHash("sha256")
		.update(dirname(resolve(folder)))
		.digest("hex");

/** The hashes of folders, looked up once in a while: tasks of an image may be prepared by the thousand. */
export class ContextHashes {
	readonly #known = new Map<string, { until: number; hash: Promise<string> }>();

	of(folder: string): Promise<string> {
		const known = this.#known.get(folder);
		if (known && performance.now() < known.until) return known.hash;
		const hash = readContext(folder).then((context) => context.hash);
		this.#known.set(folder, { until: performance.now() + FRESH_MS, hash });
		hash.catch(() => this.#known.delete(folder));
		return hash;
	}
}

const FRESH_MS = 10_000;
