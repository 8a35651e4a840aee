import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { parseDataPath } from "../model/data-path.ts";
import type { FileStamp, Source } from "../model/task-state.ts";
import type { DataPath } from "../model/words.ts";
import type { Publication, Publications } from "../store/port.ts";
import { ifThere } from "./error-code.ts";
import type { Gatherer } from "./gather.ts";
import { filesAt } from "./outside-files.ts";
import type { Places } from "./places.ts";
import { isProblem, type Located, type Problem } from "./port.ts";
import { lost, problem } from "./problems.ts";
import { isWhole } from "./whole-object.ts";

/** What paths mean now, and where that lies. */
export class Sources {
	readonly #places: Places;
	readonly #publications: Publications;
	readonly #gatherer: Gatherer;

	constructor(places: Places, publications: Publications, gatherer: Gatherer) {
		this.#places = places;
		this.#publications = publications;
		this.#gatherer = gatherer;
	}

	async source(
		text: string,
		gather: Gather = (files) => this.#gatherer.gather(files),
	): Promise<Source | Problem> {
		const path = parseDataPath(text);
		if (typeof path !== "string") return path;
		const publication = await this.#publications.covering(path);
		return publication
			? this.#published(path, publication)
			: this.#outside(path, gather);
	}

	/** Where they would lie. */
	places(source: Source): readonly Located[] {
		switch (source.kind) {
			case "object": {
				const object = this.#places.object(source.object);
				return [{ path: join(object, source.inside ?? ""), as: "" }];
			}
			case "file":
				return [{ path: join(this.#places.data, source.file.path), as: "" }];
			case "files":
				return source.files.map(({ path, as }) => ({
					path: join(this.#places.data, path),
					as,
				}));
		}
	}

	async locate(source: Source): Promise<readonly Located[] | Problem> {
		const places = this.places(source);
		for (const [index, { path }] of places.entries())
			if (!(await ifThere(lstat(path)))) return goneNow(source, index);
		return places;
	}

	async #published(
		path: DataPath,
		publication: Publication,
	): Promise<Source | Problem> {
		const { object, maker } = publication;
		if (path === publication.path)
			return (
				(await this.#gone(publication)) ?? {
					kind: "object",
					object,
					inside: null,
					path,
					maker,
				}
			);
		const inside = path.slice(publication.path.length + 1);
		const entry = join(this.#places.object(object), inside);
		if (await ifThere(lstat(entry)))
			return { kind: "object", object, inside, path, maker };
		return (
			(await this.#gone(publication)) ??
			problem(
				`Nothing is at "${path}": "${publication.path}" is published (by ${publication.attempt}), but has no "${inside}" in it. Check the name, or let that task write it.`,
			)
		);
	}

	async #gone(publication: Publication): Promise<Problem | null> {
		const { path, object, attempt } = publication;
		const place = this.#places.object(object);
		if (await isWhole(place, publication)) return null;
		const what = (await ifThere(lstat(place)))
			? "is damaged: files of it are missing"
			: "is gone";
		return problem(
			`"${path}" is published, but its object ${object} ${what}. Run the pipeline that made it again (${attempt}).`,
		);
	}

	async #outside(path: DataPath, gather: Gather): Promise<Source | Problem> {
		const found = await filesAt(this.#places.data, path);
		if (isProblem(found)) return found;
		const [file] = found.files;
		if (found.kind === "file" && file) return { kind: "file", file };
		if (found.files.length > 0) return gather(found.files);
		return problem(
			found.kind === "folder"
				? `"${path}" is a folder without files. Put the input there, or name another path.`
				: `Nothing is at "${path}": no task published it, and no file or folder lies there. Run what makes it first, put it there, or let a sensor wait for it.`,
		);
	}
}

/** Makes one input of files from outside. */
type Gather = (files: readonly FileStamp[]) => Promise<Source | Problem>;

/** What was found to be missing. `index`: which of its files. */
export function goneNow(source: Source, index: number): Problem {
	if (source.kind === "object") {
		const { object, inside } = source;
		return lost(
			`Object ${object}${inside === null ? "" : ` or "${inside}" in it`} is gone. Run what made it again.`,
		);
	}
	const file = source.kind === "file" ? source.file : source.files[index];
	return lost(
		`"${file?.path}" was there when the task was prepared, and is gone. Put it back.`,
	);
}
