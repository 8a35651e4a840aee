import { readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { BERTH_FOLDER, globBase, parseDataPath } from "../model/data-path.ts";
import type { FileStamp } from "../model/task-state.ts";
import type { DataPath } from "../model/words.ts";
import { ifThere } from "./error-code.ts";
import { filesAt } from "./outside-files.ts";
import { type Found, isProblem, type Problem } from "./port.ts";

/** What lies at a path or matches a glob now, and where to watch for more. */
export async function find(
	data: string,
	pattern: string,
): Promise<Found | Problem> {
	const path = parseDataPath(pattern);
	if (typeof path !== "string") return path;
	const base = globBase(path);
	return base === null ? findAt(data, path) : findMatching(data, path, base);
}

/** Beyond this many folders, looking again from time to time has to do. */
const MOST_WATCHED = 64;

async function findAt(data: string, path: DataPath): Promise<Found | Problem> {
	const found = await filesAt(data, path);
	if (isProblem(found)) return found;
	const folder =
		found.kind === "folder"
			? join(data, path)
			: await nearestFolder(data, dirname(path));
	const folders = found.files.map(({ as }) => join(folder, dirname(as)));
	return { ...found, near: few([folder, ...folders]) };
}

/** Published paths are symlinks, so they are followed; berth's own folder is not a place to look in. */
async function findMatching(
	data: string,
	pattern: DataPath,
	base: string,
): Promise<Found | Problem> {
	const { glob } = await import("tinyglobby");
	const paths = await glob(pattern, {
		cwd: data,
		ignore: [`${BERTH_FOLDER}/**`],
		expandDirectories: false,
	});
	const files = new Map<string, FileStamp>();
	for (const path of paths.toSorted()) {
		const found = await filesAt(data, path as DataPath);
		if (isProblem(found)) return found;
		const as = path.slice(base === "" ? 0 : base.length + 1);
		for (const file of found.kind === "file" ? found.files : [])
			if (!files.has(file.path)) files.set(file.path, { ...file, as });
	}
	return {
		kind: files.size > 0 ? "folder" : "nothing",
		files: [...files.values()],
		near: few([
			...(await foldersOf(data, base)),
			...paths.map((path) => join(data, dirname(path))),
		]),
	};
}

/** The folder that a glob starts from, and those in it; or the nearest that is there. */
async function foldersOf(
	data: string,
	base: string,
): Promise<readonly string[]> {
	const folder = await nearestFolder(data, base || ".");
	// One that may not be read cannot be watched either.
	const entries = await readdir(folder, { withFileTypes: true }).catch(
		() => [],
	);
	const below = entries
		.filter((entry) => entry.isDirectory() && entry.name !== BERTH_FOLDER)
		.map(({ name }) => join(folder, name));
	return folder === join(data, base) ? [folder, ...below] : [folder];
}

async function nearestFolder(data: string, path: string): Promise<string> {
	const folder = join(data, path);
	if (path === ".") return folder;
	const stats = await ifThere(stat(folder));
	return stats?.isDirectory() ? folder : nearestFolder(data, dirname(path));
}

const few = (folders: readonly string[]): readonly string[] =>
	[...new Set(folders)].slice(0, MOST_WATCHED);
