import { createHash } from "node:crypto";
import { lstat, readdir, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";

/** What of a folder goes into its image's build. */
export interface BuildContext {
	readonly folder: string;
	/** Paths relative to the folder, sorted, with `/`. */
	readonly paths: readonly string[];
	/** The sha256 of their names, contents and execute bits. */
	readonly hash: string;
}

/** Look through the folder as `docker build` does: all but what .dockerignore names. The Dockerfile always goes along. */
export async function readContext(folder: string): Promise<BuildContext> {
	const ignores = await readIgnore(folder);
	const found = await readdir(folder, { recursive: true });
	const paths = found.filter((path) => ALWAYS.has(path) || !ignores(path));
	paths.sort();
	return { folder, paths, hash: await hashOf(folder, paths) };
}

/** The context as a tar without owners and times, so that the same files are the same bytes. */
export async function packContext(context: BuildContext): Promise<Readable> {
	const { pack } = await import("tar-fs");
	return pack(context.folder, {
		entries: [...context.paths],
		ignore: () => true, // a folder brings nothing along: what is wanted is in the list
		map: (header) => ({
			...header,
			mode: header.mode && header.mode & 0o100 ? 0o755 : 0o644,
			uid: 0,
			gid: 0,
			mtime: EPOCH,
		}),
	}) as unknown as Readable; // streamx's own type of stream, which node's functions take
}

const ALWAYS = new Set(["Dockerfile", ".dockerignore"]);
const EPOCH = new Date(0);

async function readIgnore(folder: string): Promise<(path: string) => boolean> {
	const rules = await readFile(join(folder, ".dockerignore"), "utf8").catch(
		() => "",
	);
	// Not the rules of .gitignore: here a pattern without a slash holds at the top only.
	const { default: ignore } = await import("@balena/dockerignore");
	const ignored = ignore.default().add(rules);
	return (path) => ignored.ignores(path);
}

async function hashOf(folder: string, paths: readonly string[]) {
	const hash = createHash("sha256");
	for (const path of paths)
		hash.update(`${path}\0${await describe(join(folder, path))}\0`);
	return hash.digest("hex");
}

async function describe(path: string): Promise<string> {
	const stat = await lstat(path);
	if (stat.isDirectory()) return "dir";
	if (stat.isSymbolicLink()) return `link ${await readlink(path)}`;
	const bytes = createHash("sha256").update(await readFile(path));
	return `${stat.mode & 0o100 ? "x" : "-"} ${bytes.digest("hex")}`;
}
