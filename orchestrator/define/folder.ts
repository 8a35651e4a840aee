import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** What lies in a pipelines folder now. */
export interface Snapshot {
	/** The files that define pipelines, in the order of their names. */
	readonly files: readonly string[];
	/** The folder and those below it in which helpers may lie. Absolute. */
	readonly folders: readonly string[];
	/** Another one when any file is another. */
	readonly fingerprint: string;
}

/** Null when there is no such folder. */
export async function snapshotOf(folder: string): Promise<Snapshot | null> {
	const folders: string[] = [];
	const stamps: string[] = [];
	const top = await entriesOf(folder);
	if (top === null) return null;
	await walk(folder, top, folders, stamps);
	const files = top
		.filter((entry) => !entry.isDirectory() && isPipelineFile(entry.name))
		.map(({ name }) => name)
		.sort(byName);
	return {
		files,
		folders: folders.sort(byName),
		fingerprint: stamps.sort(byName).join("\n"),
	};
}

/** `*.ts`, `*.mts`, `*.js` and `*.mjs` are pipelines; names that begin with `_` or `.`, tests, declarations and configuration are not. */
export const isPipelineFile = (name: string): boolean =>
	/^[^_.].*\.m?[jt]s$/.test(name) &&
	!/(^|\.)(test|spec|d|config)\.m?[jt]s$/.test(name);

async function walk(
	folder: string,
	entries: readonly Dirent[],
	folders: string[],
	stamps: string[],
): Promise<void> {
	folders.push(folder);
	for (const entry of entries) {
		if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
		const path = join(folder, entry.name);
		const below = entry.isDirectory() ? await entriesOf(path) : null;
		if (below) await walk(path, below, folders, stamps);
		else stamps.push(await stampOf(path));
	}
}

async function stampOf(path: string): Promise<string> {
	const found = await stat(path, { bigint: true }).catch(() => null);
	return `${path} ${found?.ino} ${found?.size} ${found?.mtimeNs} ${found?.ctimeNs}`;
}

const entriesOf = (folder: string): Promise<Dirent[] | null> =>
	readdir(folder, { withFileTypes: true }).catch(() => null);

const byName = (a: string, b: string): number => (a < b ? -1 : 1);
