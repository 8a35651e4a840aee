import { readlink, rename, symlink, unlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { boundary } from "../boundary.ts";
import type { DataPath } from "../model/words.ts";
import type { Publication, Publications } from "../store/port.ts";
import { flush } from "./durable.ts";
import { codeOf, ifThere } from "./error-code.ts";
import type { Places } from "./places.ts";
import { inTheWay, linkTarget } from "./published-link.ts";

/** The published paths as people see them: symlinks that follow the publications, and never lead them. */
export class Projection {
	readonly #places: Places;
	readonly #publications: Publications;
	/** One at a time, so that an older publication never lands on a newer one. */
	#turn: Promise<unknown> = Promise.resolve();

	constructor(places: Places, publications: Publications) {
		this.#places = places;
		this.#publications = publications;
	}

	/** Bring them in place, and mark those that are. Answers with what could not be, in sentences: a folder that is closed to us is no reason to stop. */
	project(publications: readonly Publication[]): Promise<readonly string[]> {
		const turn = this.#turn.then(() => this.#project(publications));
		this.#turn = turn.catch(() => {});
		return turn;
	}

	async #project(
		publications: readonly Publication[],
	): Promise<readonly string[]> {
		const faults: string[] = [];
		const done: Publication[] = [];
		const folders = new Set<string>();
		for (const publication of publications) {
			const fault = await this.#one(publication, folders);
			if (fault === null) done.push(publication);
			else faults.push(fault);
		}
		const unsure = new Set<string>();
		for (const folder of folders) {
			const fault = await this.#flush(folder);
			if (fault === null) continue;
			faults.push(fault);
			unsure.add(folder);
		}
		const sure = done.filter(({ path }) => !unsure.has(this.#folderOf(path)));
		if (sure.length > 0)
			await this.#publications.markProjected(sure.map(({ id }) => id));
		return faults;
	}

	async #flush(folder: string): Promise<string | null> {
		try {
			await flush(folder);
			return null;
		} catch (error) {
			const at = relative(this.#places.data, folder) || "the data directory";
			return `What was published in "${at}" is at its path, but a loss of power may take it from there: ${wordsOf(error)}. Make the folder readable.`;
		}
	}

	#folderOf(path: DataPath): string {
		return dirname(join(this.#places.data, path));
	}

	/** What was asked for may be out of date by now: the newest one counts. */
	async #one(asked: Publication, folders: Set<string>): Promise<string | null> {
		const newest = (await this.#publications.newest(asked.path)) ?? asked;
		const hidden = `"${newest.path}" is published, but cannot be seen at its path`;
		try {
			const obstacle = await inTheWay(this.#places, newest.path);
			if (obstacle !== null) return `${hidden}: ${obstacle}. Move it away.`;
			await this.#link(newest, folders);
			return null;
		} catch (error) {
			return `${hidden}: ${wordsOf(error)}. Make the folder readable and writable.`;
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
		boundary("before make link");
		await symlink(target, fresh);
		await this.#places.own(fresh);
		boundary("before make parents of path");
		await this.#places.folder(dirname(link));
		boundary("before switch path");
		await rename(fresh, link);
		boundary("after switch path");
		folders.add(dirname(link));
	}
}

/** What the file system says; anything else is a surprise. */
function wordsOf(error: unknown): string {
	if (codeOf(error) === null) throw error;
	return (error as Error).message;
}
