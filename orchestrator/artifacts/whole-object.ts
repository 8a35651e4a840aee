import type { PublishedOutput } from "../model/task-state.ts";
import { ifThere } from "./error-code.ts";
import { scanFolder } from "./hash-pool.ts";
import { type Tree, treeHash } from "./tree-hash.ts";
import { scanTree } from "./tree-scan.ts";

/** Has the object all files of the tree whose name it has? Somebody may have removed a part of it. Their bytes are not read. */
export async function holdsAll(
	object: string,
	{ hash, digests }: Tree,
): Promise<boolean> {
	const { signal } = new AbortController();
	const scan = await ifThere(scanFolder(object, signal, "anywhere"));
	if (scan?.kind !== "scan") return false;
	const areKnown = scan.entries.every(
		({ kind, path }) => kind === "folder" || digests.has(path),
	);
	return areKnown && treeHash(scan.entries, digests) === hash;
}

/** Has it as many files and bytes as it had? Of one with many entries only some are looked at: this is asked each time that it is used. */
export async function isWhole(
	object: string,
	{ bytes, files }: Pick<PublishedOutput, "bytes" | "files">,
): Promise<boolean> {
	const scan = await ifThere(quickLook(object));
	if (scan === "large") return true;
	if (scan?.kind !== "scan") return false;
	const found = scan.entries.filter(({ kind }) => kind === "file");
	return (
		found.length === files &&
		found.reduce((sum, { size }) => sum + size, 0) === bytes
	);
}

const quickLook = async (object: string) =>
	scanTree(object, { limit: FEW, links: "anywhere" });

/** They are looked at in less than a millisecond. */
const FEW = { entries: 200, bytes: Number.POSITIVE_INFINITY };
