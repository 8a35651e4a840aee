import { lstat } from "node:fs/promises";
import { OUT_FOLDER } from "../../shared/task-contract.ts";
import { boundary } from "../boundary.ts";
import type { PublishedOutput } from "../model/task-state.ts";
import type { ContainerName, DataPath, Named } from "../model/words.ts";
import { ifThere } from "./error-code.ts";
import { hashTree } from "./hash-pool.ts";
import type { ObjectStore } from "./object-store.ts";
import type { Pins } from "./pins.ts";
import type { Places } from "./places.ts";
import { isProblem, type Problem } from "./port.ts";
import { lost, problem } from "./problems.ts";
import { type Receipt, readReceipt, writeReceipt } from "./receipt.ts";
import type { Staging } from "./staging.ts";
import type { Tree } from "./tree-hash.ts";

export interface Collecting {
	readonly places: Places;
	readonly staging: Staging;
	readonly objects: ObjectStore;
	readonly pins: Pins;
}

/**
 * An attempt's outputs become objects: all of them, or none when one is not as declared.
 *
 *   check and hash each ─► write the receipt ─► move each into the object store
 *
 * An output that the receipt has, and whose object is there, is never measured again: its folder may be removed in part, because another
 * one of the same contents was there first. An object is pinned before anyone looks whether it is there, so that it stays until it is published.
 */
export async function collect(
	{ places, staging, objects, pins }: Collecting,
	{ name, outputs }: { name: ContainerName; outputs: Named<DataPath> },
	signal: AbortSignal,
): Promise<Receipt | Problem> {
	const before = await readReceipt(places, name);
	const receipt: Record<string, PublishedOutput> = {};
	const trees = new Map<string, Tree>();
	for (const [output, path] of Object.entries(outputs)) {
		const known = before[output];
		if (known) pins.pin(name, [known.object]);
		if (known && (await objects.has(known.object))) {
			receipt[output] = known;
			continue;
		}
		const tree = await measure(staging.output(name, output), output, signal);
		if (tree === null) return known ? gone(output, known) : missing(output);
		if (isProblem(tree)) return tree;
		pins.pin(name, [tree.hash]);
		receipt[output] = published(path, tree);
		trees.set(output, tree);
	}
	boundary("before write receipt");
	if (trees.size > 0) await writeReceipt(places, name, receipt);
	for (const [output, { object }] of Object.entries(receipt)) {
		const folder = staging.output(name, output);
		const tree = trees.get(output);
		if (tree) await objects.keep(folder, tree);
		else await objects.conclude(folder, object);
	}
	return receipt;
}

/** Null when it is not there. */
async function measure(
	folder: string,
	output: string,
	signal: AbortSignal,
): Promise<Tree | Problem | null> {
	const stats = await ifThere(lstat(folder));
	if (stats === null) return null;
	const named = `Output "${output}" (${OUT_FOLDER}/${output})`;
	if (!stats.isDirectory())
		return problem(
			`${named} is not a folder any more. Write files into the folder.`,
		);
	if ((stats.mode & 0o500) !== 0o500)
		return problem(
			`${named} may not be read by its owner. Leave its mode alone.`,
		);
	const tree = await hashTree(folder, signal);
	if (tree.kind === "fault")
		return problem(`${named} cannot be published: ${tree.message}`);
	if (tree.entries.length === 0)
		return problem(
			`${named} is empty, though the task ended well. Write the output there, or take it out of the task's outputs; exit with 99 when there is nothing to do.`,
		);
	return tree;
}

const gone = (output: string, { object }: PublishedOutput): Problem =>
	lost(`Output "${output}" was object ${object}, which is gone.`);

const missing = (output: string): Problem =>
	problem(
		`Output "${output}" (${OUT_FOLDER}/${output}) is not there, though the task ended well. Write files into the folder and leave the folder where it is.`,
	);

const published = (path: DataPath, tree: Tree): PublishedOutput => ({
	path,
	object: tree.hash,
	bytes: tree.bytes,
	files: tree.files,
});
