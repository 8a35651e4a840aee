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
	/** Is it sure to be another one after any change? Not so soon after a file was changed that it could be again within the same tick of the clock; nor with a link to a folder, which is not looked into. */
	readonly isLasting: boolean;
}

/** Null when there is no such folder. */
export async function snapshotOf(folder: string): Promise<Snapshot | null> {
	const folders: string[] = [];
	const stamps: Stamp[] = [];
	const begun = Date.now();
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
		fingerprint: stamps
			.map(({ text }) => text)
			.sort(byName)
			.join("\n"),
		isLasting: stamps.every(
			({ isFile, changedAt }) => isFile && changedAt < begun - COARSEST_MS,
		),
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
	stamps: Stamp[],
): Promise<void> {
	folders.push(folder);
	stamps.push({ text: `${folder}/`, isFile: true, changedAt: 0 });
	for (const entry of entries) {
		if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
		const path = join(folder, entry.name);
		const below = entry.isDirectory() ? await entriesOf(path) : null;
		if (below) await walk(path, below, folders, stamps);
		else stamps.push(await stampOf(path));
	}
}

interface Stamp {
	readonly text: string;
	/** Or a folder, of which only that it is there matters. */
	readonly isFile: boolean;
	/** In milliseconds; of its contents or of anything else about it. */
	readonly changedAt: number;
}

/** The coarsest clock of a file system, FAT's. */
const COARSEST_MS = 2_000;

async function stampOf(path: string): Promise<Stamp> {
	const found = await stat(path, { bigint: true }).catch(() => null);
	const times = [found?.mtimeMs, found?.ctimeMs].map((ms) => Number(ms ?? 0));
	return {
		text: `${path} ${found?.ino} ${found?.size} ${found?.mtimeNs} ${found?.ctimeNs}`,
		isFile: found?.isFile() ?? false,
		changedAt: Math.max(...times),
	};
}

const entriesOf = (folder: string): Promise<Dirent[] | null> =>
	readdir(folder, { withFileTypes: true }).catch(() => null);

const byName = (a: string, b: string): number => (a < b ? -1 : 1);
