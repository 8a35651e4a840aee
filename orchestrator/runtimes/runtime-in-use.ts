import {
	closeSync,
	fsyncSync,
	openSync,
	readFileSync,
	renameSync,
	writeSync,
} from "node:fs";
import { join } from "node:path";
import type { Run } from "../model/run.ts";
import { isOver } from "../model/task-state.ts";

/** What attempts are made by. Only the runtime that made an attempt can find it again. */
export type RuntimeKind = "docker" | "local";

/** The runtime that made what these runs have in the world; null when they have nothing there. */
export function runtimeInUse(
	berthFolder: string,
	runs: readonly Run[],
): RuntimeKind | null {
	return runs.some(isBound) ? read(berthFolder) : null;
}

/** Remember which runtime makes attempts from now on. Comes before the first of them is made. */
export function rememberRuntime(berthFolder: string, kind: RuntimeKind): void {
	if (read(berthFolder) === kind) return;
	const file = fileOf(berthFolder);
	const handle = openSync(`${file}.new`, "w");
	try {
		writeSync(handle, `${kind}\n`);
		fsyncSync(handle);
	} finally {
		closeSync(handle);
	}
	renameSync(`${file}.new`, file);
}

/** Does it have anything that one runtime made: an image that was found, a container, or what one left? */
const isBound = (run: Run): boolean =>
	!run.owed.isEmpty() ||
	[...run.tasks.values()].some(
		(state) => !isOver(state) && "prepared" in state && state.prepared !== null,
	);

const fileOf = (berthFolder: string): string => join(berthFolder, "runtime");

function read(berthFolder: string): RuntimeKind | null {
	try {
		const kind = readFileSync(fileOf(berthFolder), "utf8").trim();
		return kind === "docker" || kind === "local" ? kind : null;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
		throw error;
	}
}
