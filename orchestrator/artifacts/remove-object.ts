import { randomUUID } from "node:crypto";
import {
	closeSync,
	constants,
	fchmodSync,
	openSync,
	renameSync,
} from "node:fs";
import { boundary } from "../boundary.ts";
import type { ContainerName, ObjectHash } from "../model/words.ts";
import { flush } from "./durable.ts";
import { codeOf } from "./error-code.ts";
import type { Pins } from "./pins.ts";
import type { Places } from "./places.ts";
import { removeTree } from "./remove-tree.ts";

/**
 * Takes objects out of the store. `pins.ts` says why nobody loses one that he uses.
 *
 *   ask the store ─► [ not pinned? ─► top writable ─► rename into staging ] ─► fsync ─► remove what is there
 *
 * What is in brackets is synchronous. The top is made writable because an ordinary user cannot move a read-only folder; killed before the
 * rename, an object keeps that mode, which harms nothing. Killed after it, what is in staging is nobody's, and swept.
 */
export class ObjectRemover {
	readonly #places: Places;
	readonly #pins: Pins;
	readonly #removing = new Set<ContainerName>();

	constructor(places: Places, pins: Pins) {
		this.#places = places;
		this.#pins = pins;
	}

	/** Whether this staging folder is an object that is being removed. */
	isBusy(name: ContainerName): boolean {
		return this.#removing.has(name);
	}

	/** False when it stays, or is not there. */
	async remove(
		hash: ObjectHash,
		isNeeded: () => Promise<boolean>,
	): Promise<boolean> {
		return this.#removed(async (name) => {
			const isOut = await this.#pins.watching(
				hash,
				async (isFree) =>
					isFree() &&
					!(await isNeeded()) &&
					isFree() &&
					this.#moveOut(hash, name),
			);
			if (isOut) await this.#finish(name);
			return isOut;
		});
	}

	/** Whoever uses it: what is left of a damaged object makes room for a whole one, which `moveIn` brings. */
	async replace(hash: ObjectHash, moveIn: () => Promise<void>): Promise<void> {
		await this.#removed(async (name) => {
			const isOut = this.#moveOut(hash, name);
			await moveIn();
			if (isOut) await this.#finish(name);
		});
	}

	/** By a name in staging that nobody else sweeps meanwhile. */
	async #removed<T>(work: (name: ContainerName) => Promise<T>): Promise<T> {
		const name = `gone-${randomUUID()}` as ContainerName;
		await this.#places.folder(this.#places.staging);
		this.#removing.add(name);
		try {
			return await work(name);
		} finally {
			this.#removing.delete(name);
		}
	}

	/** In one step for everybody else: nothing here waits. */
	#moveOut(hash: ObjectHash, name: ContainerName): boolean {
		const object = this.#places.object(hash);
		boundary("before make object writable");
		if (!makeWritable(object)) return false;
		boundary("before move out of object store");
		renameSync(object, this.#places.staged(name));
		return true;
	}

	/** First of all it is lastingly gone from its place, so that no half of it ever lies there. */
	async #finish(name: ContainerName): Promise<void> {
		boundary("before remove object");
		await flush(this.#places.staging);
		await flush(this.#places.objects);
		await removeTree(this.#places.staged(name), () =>
			boundary("before remove a part of an object"),
		);
	}
}

/** False when it is not there. */
function makeWritable(folder: string): boolean {
	try {
		const handle = openSync(folder, ITSELF);
		try {
			fchmodSync(handle, 0o755);
		} finally {
			closeSync(handle);
		}
		return true;
	} catch (error) {
		if (codeOf(error) === "ENOENT") return false;
		throw error;
	}
}

const ITSELF =
	constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_DIRECTORY;
