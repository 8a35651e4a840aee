import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { FileStamp, Source } from "../model/task-state.ts";
import type { ContainerName } from "../model/words.ts";
import { ifThere } from "./error-code.ts";
import { hashTree } from "./hash-pool.ts";
import type { ObjectStore } from "./object-store.ts";
import { isSame } from "./outside-files.ts";
import type { Places } from "./places.ts";
import type { Problem } from "./port.ts";
import { lost, problem } from "./problems.ts";
import { removeTree } from "./remove-tree.ts";

/** More files than this are not mounted one by one. */
const MANY = 64;

/** Makes one input out of files from outside: themselves, or an object of their copies when they are many. */
export class Gatherer {
	readonly #places: Places;
	readonly #objects: ObjectStore;
	readonly #copying = new Set<ContainerName>();

	constructor(places: Places, objects: ObjectStore) {
		this.#places = places;
		this.#objects = objects;
	}

	/** Whether this staging folder holds copies that are being made. */
	isBusy(name: ContainerName): boolean {
		return this.#copying.has(name);
	}

	async gather(files: readonly FileStamp[]): Promise<Source | Problem> {
		if (files.length <= MANY) return { kind: "files", files };
		const name = `copy-${randomUUID()}` as ContainerName;
		this.#copying.add(name);
		try {
			return await this.#copyAll(files, this.#places.staged(name));
		} finally {
			await removeTree(this.#places.staged(name));
			this.#copying.delete(name);
		}
	}

	async #copyAll(
		files: readonly FileStamp[],
		folder: string,
	): Promise<Source | Problem> {
		for (const file of files) {
			const fault = await this.#copy(file, join(folder, file.as));
			if (fault) return fault;
		}
		const tree = await hashTree(folder, new AbortController().signal);
		if (tree.kind === "fault")
			return problem(`An input of many files: ${tree.message}`);
		await this.#objects.keep(folder, tree);
		return { kind: "object", object: tree.hash, inside: null };
	}

	async #copy(file: FileStamp, to: string): Promise<Problem | null> {
		const from = join(this.#places.data, file.path);
		await this.#places.folder(dirname(to));
		const copied = await ifThere(
			copyFile(from, to, constants.COPYFILE_FICLONE).then(() => stat(from)),
		);
		return copied && isSame(file, copied)
			? null
			: lost(
					`"${file.path}" changed while it was copied, so it was not complete yet. It will be tried again.`,
				);
	}
}
