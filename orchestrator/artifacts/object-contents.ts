import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { BERTH_FOLDER } from "../model/data-path.ts";
import type { Source } from "../model/task-state.ts";
import type { DataPath } from "../model/words.ts";
import { codeOf, ifThere } from "./error-code.ts";
import type { Stamp } from "./file-changes.ts";
import type { Asking, Content, FileDigests } from "./file-digests.ts";
import type { HashMemo } from "./hash-memo.ts";
import { digestsOf, filesOf, hashTree, scanFolder } from "./hash-pool.ts";
import { type ContentFile, isProblem, type Problem } from "./port.ts";
import { problem } from "./problems.ts";
import { goneNow } from "./sources.ts";
import type { Sized } from "./tree-hash.ts";
import type { Fault } from "./tree-scan.ts";

export type ObjectSource = Extract<Source, { kind: "object" }>;

/** What lies in objects. They do not change, so that a path is enough to know again what was hashed once. */
export class ObjectContents {
	readonly #data: string;
	readonly #files: FileDigests;
	readonly #memo: HashMemo;

	constructor(data: string, files: FileDigests, memo: HashMemo) {
		this.#data = data;
		this.#files = files;
		this.#memo = memo;
	}

	async hashOf(
		source: ObjectSource,
		asking: Asking,
	): Promise<string | Problem> {
		if (source.inside === null) return source.object;
		const place = await this.#look(source);
		if (isProblem(place)) return place;
		if (place.isFolder) return this.#folder(source, place, asking);
		const file = await this.#file(source, place, asking);
		return isProblem(file) ? file : wordFor(file);
	}

	async filesOf(
		source: ObjectSource,
		asking: Asking,
	): Promise<readonly ContentFile[] | Problem> {
		const place = await this.#look(source);
		if (isProblem(place)) return place;
		if (place.isFolder) return this.#allIn(source, place, asking);
		const file = await this.#file(source, place, asking);
		return isProblem(file) ? file : [file];
	}

	async #look(source: ObjectSource): Promise<Place | Problem> {
		const path = join(
			BERTH_FOLDER,
			"objects",
			source.object,
			source.inside ?? "",
		) as DataPath;
		const root = join(this.#data, path);
		const stats = await ifThere(lstat(root));
		if (stats === null) return goneNow(source, 0);
		const { ino, size, mtimeMs, ctimeMs } = stats;
		const stamp = { path, ino, size, mtimeMs, ctimeMs };
		return { root, stamp, isFolder: stats.isDirectory() };
	}

	async #file(
		{ inside }: ObjectSource,
		{ stamp }: Place,
		asking: Asking,
	): Promise<ContentFile | Problem> {
		const contents = await this.#files.of([stamp], asking);
		if (isProblem(contents)) return contents;
		const name = inside?.split("/").at(-1) ?? "";
		return contentFile(name, contents.get(stamp.path));
	}

	async #folder(
		source: ObjectSource,
		{ root, stamp }: Place,
		{ signal }: Asking,
	): Promise<string | Problem> {
		const known = (await this.#memo.known([stamp])).get(stamp.path);
		if (known !== undefined) return known;
		const began = this.#memo.now();
		const tree = await whole(source, hashTree(root, signal, "anywhere"));
		if (isProblem(tree)) return tree;
		await this.#memo.remember([{ stamp, sha256: tree.hash }], began);
		return tree.hash;
	}

	async #allIn(
		source: ObjectSource,
		{ root, stamp }: Place,
		{ signal }: Asking,
	): Promise<readonly ContentFile[] | Problem> {
		const scan = await whole(source, scanFolder(root, signal, "anywhere"));
		if (isProblem(scan)) return scan;
		const files = filesOf(scan.entries).map((file) => ({
			file,
			stamp: stampBelow(stamp.path, file),
		}));
		const known = await this.#memo.known(files.map(({ stamp }) => stamp));
		const unknown = files.filter(({ stamp }) => !known.has(stamp.path));
		const began = this.#memo.now();
		const read = await whole(
			source,
			digestsOf(
				root,
				unknown.map(({ file }) => file),
				signal,
			),
		);
		if (isProblem(read)) return read;
		await this.#memo.remember(
			unknown.map(({ file, stamp }) => ({
				stamp,
				sha256: read.get(file.path) ?? "",
			})),
			began,
		);
		return files
			.map(({ file: { path, size, executable }, stamp }) => {
				const sha256 = known.get(stamp.path) ?? read.get(path);
				return contentFile(path, sha256 && { size, executable, sha256 });
			})
			.toSorted((a, b) => (a.path < b.path ? -1 : 1));
	}
}

interface Place {
	/** Absolute. */
	readonly root: string;
	readonly stamp: Stamp;
	readonly isFolder: boolean;
}

/** What a container can tell of a single file, and never what a folder's hash could be. */
export const wordFor = ({ executable, sha256 }: ContentFile): string =>
	`${executable ? "x" : "f"}-${sha256}`;

export function contentFile(
	path: string,
	content: Content | "" | undefined,
): ContentFile {
	if (!content) throw new Error(`No content of "${path}".`);
	const { size, executable, sha256 } = content;
	return { path, bytes: size, executable, sha256 };
}

/** Its times do not matter. */
const stampBelow = (folder: DataPath, { path, size }: Sized): Stamp => ({
	path: `${folder}/${path}` as DataPath,
	ino: 0,
	size,
	mtimeMs: 0,
	ctimeMs: 0,
});

/** An object may go, or be damaged, while it is read. */
async function whole<T extends object>(
	source: ObjectSource,
	reading: Promise<T | Fault>,
): Promise<T | Problem> {
	try {
		const read = await reading;
		if (!isFault(read)) return read;
		return problem(
			`Object ${source.object} is damaged: ${read.message} Run what made it again.`,
		);
	} catch (error) {
		if (codeOf(error) === "ENOENT") return goneNow(source, 0);
		throw error;
	}
}

const isFault = (read: object): read is Fault =>
	"kind" in read && read.kind === "fault";
