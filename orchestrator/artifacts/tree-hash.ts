import { createHash } from "node:crypto";
import { quoted } from "../model/quoted.ts";
import type { ObjectHash } from "../model/words.ts";
import type { Entry } from "./entry.ts";
import { hashFile } from "./file-hash.ts";
import type { Fault } from "./tree-scan.ts";

/** A folder's contents, and the name they give it. */
export interface Tree {
	readonly kind: "tree";
	readonly hash: ObjectHash;
	readonly bytes: number;
	readonly files: number;
	readonly entries: readonly Entry[];
	/** Path → sha256 of each file. */
	readonly digests: ReadonlyMap<string, string>;
}

/** What is to be hashed, and how much that is. */
export type Sized = Pick<Entry, "path" | "size">;

/** What of an entry is part of the hash. */
export type Hashed = Pick<Entry, "kind" | "path" | "size" | "executable">;

/** The object hash: equal for equal names, bytes and owner's execute bits, whatever the times, owners and other modes. */
export function treeOf(
	scanned: readonly Entry[],
	digests: ReadonlyMap<string, string>,
): Tree {
	const files = scanned.filter((entry) => entry.kind === "file");
	return {
		kind: "tree",
		hash: treeHash(scanned, digests),
		bytes: files.reduce((sum, file) => sum + file.size, 0),
		files: files.length,
		entries: scanned,
		digests,
	};
}

/** The hash alone, of what need not lie in one folder. */
export function treeHash(
	scanned: readonly Hashed[],
	digests: ReadonlyMap<string, string>,
): ObjectHash {
	const entries = inByteOrder(scanned);
	const hash = createHash("sha256").update("berth-tree-1\n");
	for (let from = 0; from < entries.length; from += RECORDS_AT_ONCE)
		hash.update(
			entries
				.slice(from, from + RECORDS_AT_ONCE)
				.map((entry) => record(entry, digests))
				.join(""),
		);
	return hash.digest("hex") as ObjectHash;
}

/** Path → sha256 of each of these files below the root. */
export function hashFiles(
	root: string,
	files: readonly Sized[],
): ReadonlyMap<string, string> | Fault {
	const digests = new Map<string, string>();
	for (const file of files) {
		const { sha256, size } = hashFile(`${root}/${file.path}`);
		if (size !== file.size) return changed(file);
		digests.set(file.path, sha256);
	}
	return digests;
}

const RECORDS_AT_ONCE = 1000;

/** By the bytes of the whole path in UTF-8, which is not the order of JavaScript's strings. */
function inByteOrder(entries: readonly Hashed[]): readonly Hashed[] {
	return entries
		.map((entry) => ({ entry, key: Buffer.from(entry.path) }))
		.sort((a, b) => Buffer.compare(a.key, b.key))
		.map(({ entry }) => entry);
}

function record(entry: Hashed, digests: ReadonlyMap<string, string>): string {
	if (entry.kind === "folder") return `dir ${entry.path}\0`;
	const digest = digests.get(entry.path);
	if (!digest) throw new Error(`No digest for "${entry.path}".`);
	return `file ${entry.executable ? "x" : "-"} ${entry.size} ${digest} ${entry.path}\0`;
}

const changed = ({ path }: Sized): Fault => ({
	kind: "fault",
	message: `${quoted(path)} changed while it was read. Make sure that nothing writes to it any more.`,
});
