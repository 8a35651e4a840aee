import { constants } from "node:fs";
import { access, lstat, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { parseDataPath } from "../model/data-path.ts";
import type { AttemptId, DataPath } from "../model/words.ts";
import type { Publications } from "../store/port.ts";
import { codeOf, ifThere } from "./error-code.ts";
import type { Places } from "./places.ts";
import { inTheWay } from "./published-link.ts";

/** May a task publish to these paths? Published paths are disjoint, and nothing of other people's is overwritten. */
export async function claim(
	paths: readonly DataPath[],
	places: Places,
	publications: Publications,
): Promise<string | null> {
	const clash = clashAmong(paths);
	if (clash !== null) return clash;
	for (const path of paths) {
		const fault = await claimOne(path, places, publications);
		if (fault !== null) return fault;
	}
	return null;
}

/** By whom: absent while that one is only about to publish. */
export function entangled(
	path: DataPath,
	other: DataPath,
	by?: AttemptId,
): string {
	const how = by ? `published already (by ${by})` : "being published right now";
	return `Cannot publish to "${path}": "${other}" is ${how}, and one would lie inside the other. Choose a path that is neither above nor below it.`;
}

/** Two outputs of one task at one place, or one inside the other. */
function clashAmong(paths: readonly DataPath[]): string | null {
	const sorted = paths.map((path) => `${path}/`).toSorted();
	for (const [index, path] of sorted.entries()) {
		const next = sorted[index + 1];
		if (next?.startsWith(path))
			return `Cannot publish to both "${path.slice(0, -1)}" and "${next.slice(0, -1)}": one lies in the other's place. Give each output a path of its own.`;
	}
	return null;
}

async function claimOne(
	path: DataPath,
	places: Places,
	publications: Publications,
): Promise<string | null> {
	const parsed = parseDataPath(path);
	if (typeof parsed !== "string") return parsed.message;
	const [other] = await publications.entangled(path);
	if (other !== undefined) return entangled(path, other.path, other.attempt);
	const obstacle =
		(await inTheWay(places, path)) ??
		(await strayLink(path, places, publications));
	if (obstacle !== null)
		return `Cannot publish to "${path}": ${obstacle}. Move it away, or choose another path.`;
	return unwritable(path, places);
}

/** Better said before hours of training than after them. */
async function unwritable(
	path: DataPath,
	places: Places,
): Promise<string | null> {
	let parent = dirname(path);
	while (parent !== "." && !(await ifThere(stat(join(places.data, parent)))))
		parent = dirname(parent);
	try {
		await access(join(places.data, parent), constants.W_OK | constants.X_OK);
		return null;
	} catch (error) {
		if (codeOf(error) === "ENOENT") return null; // nor is the data directory there: the first run makes it
		const folder = parent === "." ? "the data directory" : `"${parent}"`;
		return `Cannot publish to "${path}": berth may not write in ${folder}. Make it writable for user ${process.getuid?.()}, or choose another path.`;
	}
}

/** Looks like one of ours, but no publication knows of it: a copy that someone made. */
async function strayLink(
	path: DataPath,
	places: Places,
	publications: Publications,
): Promise<string | null> {
	if (await publications.newest(path)) return null;
	const stats = await ifThere(lstat(`${places.data}/${path}`));
	return stats === null
		? null
		: `"${path}" is a symbolic link that berth did not publish`;
}
