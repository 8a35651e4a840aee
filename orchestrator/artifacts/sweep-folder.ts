import { lstat, readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import type { ContainerName } from "../model/words.ts";
import { ifThere } from "./error-code.ts";
import type { Places } from "./places.ts";
import type { Swept } from "./port.ts";
import { removeTree } from "./remove-tree.ts";

/** Remove the staging folders that may go, and what a kill left half made in berth's own folder. */
export async function sweepFolder(
	places: Places,
	mayGo: (name: ContainerName) => Promise<boolean>,
): Promise<Swept> {
	const sweeping = new Sweeping(places.data);
	for (const name of await namesIn(places.staging))
		await sweeping.take(places.staged(name as ContainerName), () =>
			mayGo(name as ContainerName),
		);
	for (const name of await namesIn(places.berth))
		if (HALF_MADE.test(name)) {
			const path = join(places.berth, name);
			await sweeping.take(path, () => isLeft(path));
		}
	return sweeping;
}

/** What is written beside its place and then renamed: links to artifacts, the note of where the server is, the instance and where it lies, the runtime's name, a backup that was to be restored (one whose restore was decided is finished before anything is swept). */
const HALF_MADE =
	/^(link-\d+|server\.json\.draft|(instance|place\.json)\.[0-9a-f]{12}|runtime\.new|berth\.db\.restor(ing(-journal)?|e-pending\.new))$/;

/** It takes a moment to make one: somebody may be at it now. */
async function isLeft(path: string): Promise<boolean> {
	const stats = await ifThere(lstat(path));
	return stats !== null && Date.now() - stats.mtimeMs >= LEFT_MS;
}

const LEFT_MS = 60 * 60 * 1000;

const namesIn = async (folder: string): Promise<readonly string[]> =>
	(await ifThere(readdir(folder))) ?? [];

/** Goes on after what cannot be removed. */
class Sweeping implements Swept {
	readonly removed: string[] = [];
	readonly failed: string[] = [];
	readonly #data: string;

	constructor(data: string) {
		this.#data = data;
	}

	async take(path: string, mayGo: () => Promise<boolean>): Promise<void> {
		const name = relative(this.#data, path);
		try {
			if (!(await mayGo())) return;
			await ifThere(removeTree(path));
			this.removed.push(name);
		} catch (error) {
			this.failed.push(`${name}: ${(error as Error).message}`);
		}
	}
}
