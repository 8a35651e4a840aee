import { lchown, lstat, readdir } from "node:fs/promises";
import { codeOf } from "./error-code.ts";
import type { Places } from "./places.ts";

/** What a task of another user left behind becomes the data directory's user's again, as far as paths can reach. */
export async function giveBack(path: string, places: Places): Promise<void> {
	const { owner } = places;
	if (!owner) return;
	const rest: Buffer[] = [Buffer.from(path)];
	for (let next = rest.pop(); next !== undefined; next = rest.pop())
		try {
			await lchown(next, owner.uid, owner.gid);
			if (!(await lstat(next)).isDirectory()) continue;
			for (const name of await readdir(next, { encoding: "buffer" }))
				rest.push(Buffer.concat([next, SLASH, name]));
		} catch (error) {
			const code = codeOf(error);
			if (code !== "ENOENT" && code !== "ENAMETOOLONG") throw error;
		}
}

const SLASH = Buffer.from("/");
