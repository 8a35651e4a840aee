import { accessSync, constants, type Stats, statSync } from "node:fs";

/** Is there a file that we can see? */
export const isFile = (path: string): boolean =>
	statOrNull(path)?.isFile() ?? false;

/** Is there a folder that we can see? */
export const isFolder = (path: string): boolean =>
	statOrNull(path)?.isDirectory() ?? false;

/** May we run it? */
export function isExecutable(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}

/** Null also for what lies in a folder that is closed to us: a PATH may name such ones. */
function statOrNull(path: string): Stats | null {
	try {
		return statSync(path);
	} catch {
		return null;
	}
}
