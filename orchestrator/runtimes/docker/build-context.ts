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
	const ignored = await readIgnore(folder);
	const paths = await wanted(folder, ignored);
	paths.sort((a, b) => (a < b ? -1 : 1));
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

/** A folder that is left out as a whole, such as node_modules, is not looked into. */
async function wanted(
	folder: string,
	ignored: Ignored,
	below = "",
): Promise<string[]> {
	const entries = await readdir(join(folder, below), { withFileTypes: true });
	const found = entries.map(async (entry) => {
		const path = below ? `${below}/${entry.name}` : entry.name;
		const isOut = !ALWAYS.has(path) && ignored.has(path);
		const inside =
			entry.isDirectory() && !(isOut && ignored.isWhole(path))
				? await wanted(folder, ignored, path)
				: [];
		return isOut ? inside : [path, ...inside];
	});
	return (await Promise.all(found)).flat();
}

interface Ignored {
	has(path: string): boolean;
	/** Does no rule bring back anything below this folder? */
	isWhole(path: string): boolean;
}

async function readIgnore(folder: string): Promise<Ignored> {
	const rules = await readFile(join(folder, ".dockerignore"), "utf8").catch(
		() => "",
	);
	// Not the rules of .gitignore: here a pattern without a slash holds at the top only.
	const { default: ignore } = await import("@balena/dockerignore");
	const ignored = ignore.default().add(rules);
	const kept = rules
		.split("\n")
		.map((line) => line.trim())
		.filter((line) => line.startsWith("!"))
		.map((line) => line.slice(1).replace(/^\/+/, ""));
	return {
		has: (path) => ignored.ignores(path),
		isWhole: (path) => !kept.some((rule) => mayReach(rule, path)),
	};
}

/** A rule names places from the top: one that stops above the folder, or goes another way, reaches nothing in it. */
function mayReach(rule: string, folder: string): boolean {
	const [first = ""] = folder.split("/");
	const [start = "", ...rest] = rule.split("/");
	if (start.includes("**")) return true;
	return rest.length > 0 && (start === first || /[*?[\\]/.test(start));
}

async function hashOf(folder: string, paths: readonly string[]) {
	const hash = createHash("sha256");
	const described = await Promise.all(
		paths.map((path) => describe(join(folder, path))),
	);
	for (const [i, path] of paths.entries())
		hash.update(`${path}\0${described[i]}\0`);
	return hash.digest("hex");
}

async function describe(path: string): Promise<string> {
	const stat = await lstat(path);
	if (stat.isDirectory()) return "dir";
	if (stat.isSymbolicLink()) return `link ${await readlink(path)}`;
	const bytes = createHash("sha256").update(await readFile(path));
	return `${stat.mode & 0o100 ? "x" : "-"} ${bytes.digest("hex")}`;
}
