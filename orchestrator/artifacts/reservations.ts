import type { ContainerName, DataPath } from "../model/words.ts";

/**
 * The paths of attempts that are about to publish. Two pipelines may look at what is published at the same moment, and both find
 * the way free; who reserved first is the one who may go on. In memory, because there is one owner, and because publishing is done
 * again after a crash.
 */
export class Reservations {
	readonly #paths = new Map<ContainerName, readonly DataPath[]>();

	/** Null, or a path that another attempt is about to publish to and that lies above or below one of these: then nothing is reserved. */
	take(name: ContainerName, paths: readonly DataPath[]): Entangled | null {
		for (const [other, taken] of this.#paths) {
			if (other === name) continue;
			for (const path of paths)
				for (const reserved of taken)
					if (isEntangled(path, reserved)) return { path, reserved };
		}
		if (paths.length > 0) this.#paths.set(name, paths);
		return null;
	}

	/** Not needed any more: what it published is known, or it publishes nothing. */
	drop(name: ContainerName): void {
		this.#paths.delete(name);
	}
}

export interface Entangled {
	readonly path: DataPath;
	readonly reserved: DataPath;
}

/** Without making strings: ten thousand may be reserved at once. */
const isEntangled = (one: DataPath, other: DataPath): boolean =>
	liesIn(one, other) || liesIn(other, one);

const liesIn = (path: DataPath, folder: DataPath): boolean =>
	path[folder.length] === "/" && path.startsWith(folder);
