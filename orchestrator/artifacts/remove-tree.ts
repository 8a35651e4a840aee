import { randomUUID } from "node:crypto";
import { lstat, readdir, rename, rmdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { inParallel } from "./durable.ts";
import { ifThere } from "./error-code.ts";
import { setMode } from "./set-mode.ts";

/**
 * Remove whatever is there, however its permissions are and however deep it goes. Never follows a symlink.
 * A folder inside a folder is first moved to the top, so that no path becomes too long.
 * (Node's own `rm` gives up at the first error while it goes on in the background, so it is no first try.)
 * `beforeEach`: told before each entry goes.
 */
export async function removeTree(
	path: string,
	beforeEach = (): void => undefined,
): Promise<void> {
	const stats = await ifThere(lstat(path));
	if (!stats) return;
	if (!stats.isDirectory()) return unlink(path);
	await setMode(path, 0o700);
	const moved = [""];
	for (let next = moved.pop(); next !== undefined; next = moved.pop()) {
		const folder = join(path, next);
		moved.push(...(await emptyInto(path, folder, beforeEach)));
		if (next) await rmdir(folder);
	}
	beforeEach();
	await rmdir(path);
}

/** Unlink the folder's files; put its folders at the top, under new names. */
async function emptyInto(
	top: string,
	folder: string,
	beforeEach: () => void,
): Promise<readonly string[]> {
	const moved: string[] = [];
	const names = await readdir(folder, { encoding: "buffer" });
	await inParallel(names, async (bytes) => {
		const path = Buffer.concat([Buffer.from(`${folder}/`), bytes]);
		beforeEach();
		if (!(await lstat(path)).isDirectory()) return unlink(path);
		const name = `.remove-${randomUUID()}`;
		await setMode(path, 0o700);
		await rename(path, join(top, name));
		moved.push(name);
	});
	return moved;
}
