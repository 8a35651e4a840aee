import type { Source } from "../model/task-state.ts";
import type { Asking, FileDigests } from "./file-digests.ts";
import { inputTree } from "./input-tree.ts";
import {
	contentFile,
	type ObjectContents,
	wordFor,
} from "./object-contents.ts";
import { type ContentFile, isProblem, type Problem } from "./port.ts";

/**
 * What inputs contain, wherever they lie: the same contents have the same hash under another path or date, published or from outside.
 *
 *   a file      `f-` and its sha256; of an executable one `x-`, because a container can tell the two apart. It is never a folder's, although
 *               a file may hold the very text of which a folder's hash is made
 *   a folder    the hash that an object of the same files has
 */
export class Contents {
	readonly #files: FileDigests;
	readonly #objects: ObjectContents;

	constructor(files: FileDigests, objects: ObjectContents) {
		this.#files = files;
		this.#objects = objects;
	}

	async hashOf(source: Source, asking: Asking): Promise<string | Problem> {
		switch (source.kind) {
			case "object":
				return this.#objects.hashOf(source, asking);
			case "file":
			case "files": {
				const files = source.kind === "file" ? [source.file] : source.files;
				const contents = await this.#files.of(files, asking);
				if (isProblem(contents)) return contents;
				return source.kind === "file"
					? wordFor(contentFile("", contents.get(source.file.path)))
					: inputTree(files, contents);
			}
		}
	}

	/** Every file of it, by path. */
	async filesOf(
		source: Source,
		asking: Asking,
	): Promise<readonly ContentFile[] | Problem> {
		if (source.kind === "object") return this.#objects.filesOf(source, asking);
		const files = source.kind === "file" ? [source.file] : source.files;
		const contents = await this.#files.of(files, asking);
		if (isProblem(contents)) return contents;
		return files.map(({ path, as }) => contentFile(as, contents.get(path)));
	}
}
