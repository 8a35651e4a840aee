import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, readlink, stat } from "node:fs/promises";
import { join } from "node:path";

/** The sha256 of what an image folder holds, and of the Node that will run it. Without installed dependencies: the lock file stands for them, or without one the list that npm leaves beside what it installed. */
export async function imageKey(folder: string): Promise<string> {
	const hash = createHash("sha256");
	const { version, platform, arch } = process;
	hash.update(`berth-local-image-1\n${version} ${platform} ${arch}\n`);
	const paths = await pathsIn(folder, "");
	if (!paths.includes("package-lock.json") && existsSync(join(folder, LIST)))
		paths.push(LIST);
	for (const path of paths.sort(byBytes)) {
		const record = await recordOf(join(folder, path));
		hash.update(`${record} ${path}\0`);
	}
	return hash.digest("hex");
}

/** What is installed, with versions. */
const LIST = "node_modules/.package-lock.json";

const NOT_HASHED = new Set(["node_modules", ".git"]);

async function pathsIn(folder: string, below: string): Promise<string[]> {
	const paths: string[] = [];
	const entries = await readdir(join(folder, below), { withFileTypes: true });
	for (const entry of entries) {
		if (NOT_HASHED.has(entry.name)) continue;
		const path = join(below, entry.name);
		if (entry.isDirectory()) paths.push(...(await pathsIn(folder, path)));
		else if (entry.isFile() || entry.isSymbolicLink()) paths.push(path);
	}
	return paths;
}

async function recordOf(file: string): Promise<string> {
	const target = await readlink(file).catch(() => null);
	if (target !== null) return `link ${sha256(target)}`;
	const executable = ((await stat(file)).mode & 0o100) !== 0;
	return `file ${executable ? "x" : "-"} ${sha256(await readFile(file))}`;
}

const sha256 = (bytes: string | Uint8Array): string =>
	createHash("sha256").update(bytes).digest("hex");

const byBytes = (a: string, b: string): number =>
	Buffer.compare(Buffer.from(a), Buffer.from(b));
