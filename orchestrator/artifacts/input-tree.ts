import { dirname } from "node:path";
import type { FileStamp } from "../model/task-state.ts";
import type { ObjectHash } from "../model/words.ts";
import type { Content } from "./file-digests.ts";
import { type Hashed, treeHash } from "./tree-hash.ts";

/** The hash of the folder that a container sees when these files are mounted one by one: an object of the same files has the same. */
export function inputTree(
	files: readonly FileStamp[],
	contents: ReadonlyMap<string, Content>,
): ObjectHash {
	const digests = new Map<string, string>();
	const records: Hashed[] = foldersAbove(files).map((path) => ({
		kind: "folder",
		path,
		size: 0,
		executable: false,
	}));
	for (const { path, as } of files) {
		const content = contents.get(path);
		if (!content) throw new Error(`No content of "${path}".`);
		const { size, executable, sha256 } = content;
		records.push({ kind: "file", path: as, size, executable });
		digests.set(as, sha256);
	}
	return treeHash(records, digests);
}

function foldersAbove(files: readonly FileStamp[]): string[] {
	const folders = new Set<string>();
	for (const { as } of files)
		for (
			let folder = dirname(as);
			folder !== "." && !folders.has(folder);
			folder = dirname(folder)
		)
			folders.add(folder);
	return [...folders];
}
