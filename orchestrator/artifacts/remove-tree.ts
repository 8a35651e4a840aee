import { randomUUID } from "node:crypto";
import {
	chmod,
	lstat,
	opendir,
	rename,
	rm,
	rmdir,
	unlink,
} from "node:fs/promises";
import { join } from "node:path";
import { codeOf, ifThere } from "./error-code.ts";

/**
 * Remove whatever is there, however its permissions are and however deep it goes. Never follows a symlink.
 * A folder inside a folder is first moved to the top, so that no path becomes too long.
 */
export async function removeTree(path: string): Promise<void> {
	const stats = await ifThere(lstat(path));
	if (!stats) return;
	if (!stats.isDirectory()) return unlink(path);
	if (await isRemovedAtOnce(path)) return;
	await chmod(path, 0o700);
	const moved = [""];
	for (let next = moved.pop(); next !== undefined; next = moved.pop()) {
		const folder = join(path, next);
		await emptyInto(path, folder, moved);
		if (next) await rmdir(folder);
	}
	await rmdir(path);
}

/** The ordinary case: nothing hostile in it. */
async function isRemovedAtOnce(path: string): Promise<boolean> {
	try {
		await rm(path, { recursive: true, force: true });
		return true;
	} catch (error) {
		const code = codeOf(error);
		if (code === null || !HOSTILE.has(code)) throw error;
		return false;
	}
}

const HOSTILE = new Set(["EACCES", "EPERM", "ENAMETOOLONG", "ENOTEMPTY"]);

/** Unlink the folder's files; put its folders at the top, under new names. */
async function emptyInto(
	top: string,
	folder: string,
	moved: string[],
): Promise<void> {
	const entries = await opendir(folder, { encoding: "buffer" as "utf8" });
	for await (const entry of entries) {
		const path = Buffer.concat([
			Buffer.from(`${folder}/`),
			entry.name as unknown as Buffer,
		]);
		if (!(await lstat(path)).isDirectory()) {
			await unlink(path);
			continue;
		}
		const name = `.remove-${randomUUID()}`;
		await chmod(path, 0o700);
		await rename(path, join(top, name));
		moved.push(name);
	}
}
