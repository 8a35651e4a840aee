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

	async source(text: string): Promise<Source | Problem> {
		const path = parseDataPath(text);
		if (typeof path !== "string") return path;
		const publication = await this.#publications.covering(path);
		return publication
			? this.#published(path, publication)
			: this.#outside(path);
	}

	async locate(source: Source): Promise<readonly Located[] | Problem> {
		switch (source.kind) {
			case "object":
				return this.#object(source);
			case "file":
				return this.#each([{ ...source.file, as: "" }]);
			case "files":
				return this.#each(source.files);
		}
	}

	async #published(
		path: DataPath,
		publication: Publication,
	): Promise<Source | Problem> {
		const { object } = publication;
		if (path === publication.path)
			return (
				(await this.#gone(publication)) ?? {
					kind: "object",
					object,
					inside: null,
				}
			);
		const inside = path.slice(publication.path.length + 1);
		const entry = join(this.#places.object(object), inside);
		if (await ifThere(lstat(entry))) return { kind: "object", object, inside };
		return (
			(await this.#gone(publication)) ??
			problem(
				`Nothing is at "${path}": "${publication.path}" is published (by ${publication.attempt}), but has no "${inside}" in it. Check the name, or let that task write it.`,
			)
		);
	}

	async #gone({ path, object, attempt }: Publication): Promise<Problem | null> {
		if (await ifThere(lstat(this.#places.object(object)))) return null;
		return problem(
			`"${path}" is published, but its object ${object} is gone. Run the pipeline that made it again (${attempt}).`,
		);
	}

	async #outside(path: DataPath): Promise<Source | Problem> {
		const found = await filesAt(this.#places.data, path);
		if (isProblem(found)) return found;
		const [file] = found.files;
		if (found.kind === "file" && file) return { kind: "file", file };
		if (found.files.length > 0) return this.#gatherer.gather(found.files);
		return problem(
			found.kind === "folder"
				? `"${path}" is a folder without files. Put the input there, or name another path.`
				: `Nothing is at "${path}": no task published it, and no file or folder lies there. Run what makes it first, put it there, or let a sensor wait for it.`,
		);
	}

	async #object({
		object,
		inside,
	}: Extract<Source, { kind: "object" }>): Promise<
		readonly Located[] | Problem
	> {
		const path = join(this.#places.object(object), inside ?? "");
		if (await ifThere(lstat(path))) return [{ path, as: "" }];
		return lost(
			`Object ${object}${inside === null ? "" : ` or "${inside}" in it`} is gone. Run what made it again.`,
		);
	}

	async #each(
		files: readonly Pick<FileStamp, "path" | "as">[],
	): Promise<readonly Located[] | Problem> {
		const located: Located[] = [];
		for (const file of files) {
			const path = join(this.#places.data, file.path);
			if (!(await ifThere(lstat(path))))
				return lost(
					`"${file.path}" was there when the task was prepared, and is gone. Put it back.`,
				);
			located.push({ path, as: file.as });
		}
		return located;
	}
}
