import { setTimeout as sleep } from "node:timers/promises";
import { codeOf } from "../../orchestrator/artifacts/error-code.ts";
import { removeTree } from "../../orchestrator/artifacts/remove-tree.ts";

/**
 * Removes a folder in which somebody may still write: a task that was left running sees its files go, and ends, but until
 * then what it writes comes between the last file and the folder.
 */
export async function removeUnderfoot(path: string): Promise<void> {
	for (;;)
		try {
			return await removeTree(path);
		} catch (error) {
			if (!MEANWHILE.has(codeOf(error))) throw error;
			await sleep(20);
		}
}

/** Somebody added an entry, or took one away. */
const MEANWHILE = new Set(["ENOTEMPTY", "ENOENT"]) as ReadonlySet<
	string | null
>;
