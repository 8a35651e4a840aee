import { lchown, lstat, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { User } from "../task-user.ts";

/**
 * Make `.berth` the user's, and the data directory too where it is root's (the engine made it, or root cloned it).
 * A folder that is the user's is believed to hold only the user's, because a million objects are not looked at each time;
 * but for those in which a berth that root ran on the host leaves files of root's.
 */
export async function handOver(data: string, user: User): Promise<void> {
	const berth = join(data, ".berth");
	await mkdir(berth, { recursive: true });
	if ((await lstat(data)).uid === 0) await lchown(data, user.uid, user.gid);
	await give(berth, user);
	for (const folder of [berth, join(berth, "logs"), join(berth, "staging")])
		for (const name of await namesIn(folder))
			await give(join(folder, name), user);
}

/** A folder after what it holds, so that a start that was cut short is gone through again. */
async function give(path: string, user: User): Promise<void> {
	try {
		const stats = await lstat(path);
		if (stats.uid === user.uid) return;
		if (stats.isDirectory())
			for (const name of await namesIn(path))
				await give(join(path, name), user);
		await lchown(path, user.uid, user.gid);
	} catch (error) {
		if (!isGone(error)) throw error; // an owner that is at work removes files
	}
}

async function namesIn(folder: string): Promise<readonly string[]> {
	try {
		return await readdir(folder);
	} catch (error) {
		if (isGone(error)) return [];
		throw error;
	}
}

const isGone = (error: unknown): boolean =>
	error instanceof Error && "code" in error && error.code === "ENOENT";
