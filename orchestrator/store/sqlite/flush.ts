import { closeSync, fsyncSync, openSync } from "node:fs";

/** The file, or the folder's names, are on the disk. */
export function flush(path: string): void {
	const handle = openSync(path, "r");
	try {
		fsyncSync(handle);
	} finally {
		closeSync(handle);
	}
}
