import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { folderOf } from "../model/folder-of.ts";
import type { FileStamp, Source } from "../model/task-state.ts";
import type { ContainerName, ObjectHash } from "../model/words.ts";
import { ifThere } from "./error-code.ts";
import { isSame } from "./file-changes.ts";
import type { FileDigests } from "./file-digests.ts";
import type { HashMemo } from "./hash-memo.ts";
import { hashTree } from "./hash-pool.ts";
import { inputTree } from "./input-tree.ts";
import type { ObjectStore } from "./object-store.ts";
import type { Places } from "./places.ts";
import type { Problem } from "./port.ts";
import { lost, problem } from "./problems.ts";
import { removeTree } from "./remove-tree.ts";
import { isWhole } from "./whole-object.ts";

/** More files than this are not mounted one by one. */
const MANY = 64;

export interface GathererParts {
	readonly places: Places;
	readonly objects: ObjectStore;
	readonly digests: FileDigests;
	readonly memo: HashMemo;
}

/** Makes one input out of files from outside: themselves, or an object of their copies when they are many. */
export class Gatherer {
	readonly #places: Places;
	readonly #objects: ObjectStore;
	readonly #digests: FileDigests;
	readonly #memo: HashMemo;
	readonly #copying = new Set<ContainerName>();

	constructor(parts: GathererParts) {
		this.#places = parts.places;
		this.#objects = parts.objects;
		this.#digests = parts.digests;
		this.#memo = parts.memo;
	}

	/** Whether this staging folder holds copies that are being made. */
	isBusy(name: ContainerName): boolean {
		return this.#copying.has(name);
	}

	async gather(files: readonly FileStamp[]): Promise<Source | Problem> {
		if (files.length <= MANY) return { kind: "files", files };
		const known = await this.#known(files);
		if (known !== null) return known;
		const name = `copy-${randomUUID()}` as ContainerName;
		this.#copying.add(name);
		try {
			return await this.#copyAll(files, this.#places.staged(name));
		} finally {
			await removeTree(this.#places.staged(name));
			this.#copying.delete(name);
		}
	}

	/** The object that their copies would be, when all contents are known and it is there, whole. */
	async #known(files: readonly FileStamp[]): Promise<Source | null> {
		const contents = await this.#digests.known(files);
		if (contents === null) return null;
		const object = inputTree(files, contents);
		const bytes = files.reduce((sum, { size }) => sum + size, 0);
		const isThere = await isWhole(this.#places.object(object), {
			bytes,
			files: files.length,
		});
		return isThere ? copiesOf(files, object) : null;
	}

	async #copyAll(
		files: readonly FileStamp[],
		folder: string,
	): Promise<Source | Problem> {
		const began = this.#memo.now();
		for (const file of files) {
			const fault = await this.#copy(file, join(folder, file.as));
			if (fault) return fault;
		}
		const tree = await hashTree(folder, new AbortController().signal);
		if (tree.kind === "fault")
			return problem(`An input of many files: ${tree.message}`);
		await this.#objects.keep(folder, tree);
		await this.#memo.remember(
			files.map((stamp) => ({
				stamp,
				sha256: tree.digests.get(stamp.as) ?? "",
			})),
			began,
		);
		return copiesOf(files, tree.hash);
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

function copiesOf(files: readonly FileStamp[], object: ObjectHash): Source {
	const of = folderOf(files);
	return {
		kind: "object",
		object,
		inside: null,
		...(of === null ? {} : { copies: { of, files: files.length } }),
	};
}
