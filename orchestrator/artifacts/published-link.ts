import type { Stats } from "node:fs";
import { lstat, readlink } from "node:fs/promises";
import { basename, dirname, relative, resolve } from "node:path";
import type { DataPath, ObjectHash } from "../model/words.ts";
import { codeOf, ifThere } from "./error-code.ts";
import type { Places } from "./places.ts";

/** What a published path's symlink says: relative, so that the data directory can move. */
export const linkTarget = (
	places: Places,
	path: DataPath,
	object: ObjectHash,
): string => relative(dirname(`${places.data}/${path}`), places.object(object));

/** What lies at a path or above it that berth did not put there, such as `"raw" is a file`; null when the way is free. */
export async function inTheWay(
	places: Places,
	path: DataPath,
): Promise<string | null> {
	const parts = path.split("/");
	for (const depth of parts.keys()) {
		const place = parts.slice(0, depth + 1).join("/");
		const stats = await look(`${places.data}/${place}`);
		if (stats === null) return null;
		if (stats === "forbidden")
			return `"${place}" lies in a folder that berth may not look into`;
		const last = depth === parts.length - 1;
		if (!last && stats.isDirectory()) continue;
		if (last && (await isOurLink(places, place))) return null;
		return `"${place}" is ${nameOf(stats)} that berth did not publish`;
	}
	return null;
}

async function look(path: string): Promise<Stats | null | "forbidden"> {
	try {
		return await ifThere(lstat(path));
	} catch (error) {
		if (codeOf(error) === "EACCES") return "forbidden";
		throw error;
	}
}

/** A symlink as berth makes them: to an object of this data directory. */
export async function isOurLink(
	places: Places,
	place: string,
): Promise<boolean> {
	const link = `${places.data}/${place}`;
	if (!(await lstat(link)).isSymbolicLink()) return false;
	const target = await readlink(link);
	return (
		!target.startsWith("/") &&
		dirname(resolve(dirname(link), target)) === places.objects &&
		/^[0-9a-f]{64}$/.test(basename(target))
	);
}

function nameOf(stats: Stats): string {
	if (stats.isDirectory()) return "a folder";
	return stats.isSymbolicLink() ? "a symbolic link" : "a file";
}
