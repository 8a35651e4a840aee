import { lchown, lstat, opendir, rename } from "node:fs/promises";
import { boundary } from "../boundary.ts";
import type { Instant, ObjectHash } from "../model/words.ts";
import { flush, inParallel } from "./durable.ts";
import type { Entry } from "./entry.ts";
import { codeOf, ifThere } from "./error-code.ts";
import type { Places } from "./places.ts";
import type { StoredObject } from "./port.ts";
import type { ObjectRemover } from "./remove-object.ts";
import { removeTree } from "./remove-tree.ts";
import { setMode } from "./set-mode.ts";
import type { Tree } from "./tree-hash.ts";
import { holdsAll } from "./whole-object.ts";

/**
 * Immutable folders named by their contents. A folder moves in like this, and can be moved in again from any point:
 *
 *   modes of all but the top ─► fsync ─► rename ─► mode of the top ─► fsync
 *
 * The top stays writable until it has moved, because an ordinary user cannot move a read-only folder.
 */
export class ObjectStore {
	readonly #places: Places;
	readonly #remover: ObjectRemover;

	constructor(places: Places, remover: ObjectRemover) {
		this.#places = places;
		this.#remover = remover;
	}

	/** All of an object is there, or none of it. */
	async has(hash: ObjectHash): Promise<boolean> {
		return (await ifThere(lstat(this.#places.object(hash)))) !== null;
	}

	async *all(): AsyncGenerator<StoredObject> {
		for await (const { name } of (await ifThere(
			opendir(this.#places.objects),
		)) ?? []) {
			const hash = name as ObjectHash;
			const stats = await ifThere(lstat(this.#places.object(hash)));
			if (stats?.isDirectory() && /^[0-9a-f]{64}$/.test(name))
				yield { hash, since: Math.floor(stats.ctimeMs) as Instant };
		}
	}

	/** The folder becomes the object; when that is there already, the folder goes, unless something is missing in the one that is there. */
	async keep(folder: string, tree: Tree): Promise<void> {
		const { hash } = tree;
		await this.#places.folder(this.#places.objects);
		if (!(await this.has(hash))) await this.#moveIn(folder, tree);
		else if (!(await holdsAll(this.#places.object(hash), tree)))
			await this.#remover.replace(hash, () => this.#moveIn(folder, tree));
		await this.conclude(folder, hash);
	}

	async #moveIn(folder: string, { hash, entries }: Tree): Promise<void> {
		await this.#seal(folder, entries);
		boundary("before move into object store");
		await moveUnlessThere(folder, this.#places.object(hash));
	}

	/** The last steps, for an object that is there; the folder of the same contents goes, as far as it is still there. */
	async conclude(folder: string, hash: ObjectHash): Promise<void> {
		await this.#settle(hash);
		boundary("before remove what is an object");
		await removeTree(folder, () =>
			boundary("before remove a part of what is an object"),
		);
	}

	async #settle(hash: ObjectHash): Promise<void> {
		const object = this.#places.object(hash);
		boundary("before make object read-only");
		if (((await lstat(object)).mode & 0o7777) !== READ_ONLY_FOLDER)
			await setMode(object, READ_ONLY_FOLDER);
		await flush(object);
		await flush(this.#places.objects);
	}

	async #seal(folder: string, entries: readonly Entry[]): Promise<void> {
		await this.#places.own(folder);
		await setMode(folder, 0o700);
		boundary("before set modes of output");
		await inParallel(entries, (entry) => this.#normalise(folder, entry));
		boundary("before sync output");
		await inParallel(entries, ({ path }) => flush(`${folder}/${path}`));
		await flush(folder);
	}

	async #normalise(folder: string, entry: Entry): Promise<void> {
		const path = `${folder}/${entry.path}`;
		const mode = finalMode(entry);
		const { owner } = this.#places;
		if (owner && (owner.uid !== entry.uid || owner.gid !== entry.gid))
			await lchown(path, owner.uid, owner.gid);
		if ((entry.mode & 0o7777) !== mode) await setMode(path, mode);
	}
}

const READ_ONLY_FOLDER = 0o555;

const finalMode = ({ kind, executable }: Entry): number =>
	kind === "folder" || executable ? READ_ONLY_FOLDER : 0o444;

/** Someone else may have been faster with the same contents. */
async function moveUnlessThere(folder: string, object: string): Promise<void> {
	try {
		await rename(folder, object);
	} catch (error) {
		const code = codeOf(error);
		if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
	}
}
