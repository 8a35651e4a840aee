import { readlink, rename, symlink, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Publication, Publications } from "../store/port.ts";
import { flush } from "./durable.ts";
import { codeOf, ifThere } from "./error-code.ts";
import type { Seam } from "./object-store.ts";
import type { Places } from "./places.ts";
import { inTheWay, linkTarget } from "./published-link.ts";

/** The published paths as people see them: symlinks that follow the publications, and never lead them. */
export class Projection {
	readonly #places: Places;
	readonly #publications: Publications;
	readonly #seam: Seam;
	/** One at a time, so that an older publication never lands on a newer one. */
	#turn: Promise<unknown> = Promise.resolve();

	constructor(places: Places, publications: Publications, seam: Seam) {
		this.#places = places;
		this.#publications = publications;
		this.#seam = seam;
	}

	/** Bring them in place, and mark those that are. Answers with what could not be, in sentences. */
	project(publications: readonly Publication[]): Promise<readonly string[]> {
		const turn = this.#turn.then(() => this.#project(publications));
		this.#turn = turn.catch(() => {});
		return turn;
	}

	async #project(
		publications: readonly Publication[],
	): Promise<readonly string[]> {
		const faults: string[] = [];
		const done: number[] = [];
		const folders = new Set<string>();
		for (const publication of publications) {
			const fault = await this.#one(publication, folders);
			if (fault === null) done.push(publication.id);
			else faults.push(fault);
		}
		for (const folder of folders) await flush(folder);
		this.#seam("mark projected");
		if (done.length > 0) await this.#publications.markProjected(done);
		return faults;
	}

	/** What was asked for may be out of date by now: the newest one counts. */
	async #one(asked: Publication, folders: Set<string>): Promise<string | null> {
		const newest = (await this.#publications.newest(asked.path)) ?? asked;
		const obstacle = await inTheWay(this.#places, newest.path);
		if (obstacle !== null)
			return `"${newest.path}" is published, but cannot be seen at its path: ${obstacle}. Move it away.`;
		try {
			await this.#link(newest, folders);
			return null;
		} catch (error) {
			if (codeOf(error) === null) throw error;
			return `"${newest.path}" is published, but cannot be seen at its path: ${(error as Error).message}. Make the folder writable.`;
		}
	}

	async #link(
		{ id, path, object }: Publication,
		folders: Set<string>,
	): Promise<void> {
		const link = join(this.#places.data, path);
		const target = linkTarget(this.#places, path, object);
		if ((await ifThere(readlink(link))) === target) return;
		const fresh = join(this.#places.berth, `link-${id}`);
		await this.#places.folder(this.#places.berth);
		await ifThere(unlink(fresh));
		this.#seam(`make ${fresh}`);
		await symlink(target, fresh);
		await this.#places.own(fresh);
		this.#seam(`make the parents of ${path}`);
		await this.#places.folder(dirname(link));
		this.#seam(`switch ${path}`);
		await rename(fresh, link);
		folders.add(dirname(link));
	}
}
