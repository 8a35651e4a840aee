import { constants } from "node:fs";
import { chmod, open } from "node:fs/promises";
import { codeOf } from "./error-code.ts";

/**
 * Gives a folder or a file this mode, and never what a symlink in its place leads to: as root that could be anyone's file, put there between
 * a look and the change.
 */
export async function setMode(path: string | Buffer, mode: number) {
	try {
		const handle = await open(path, ITSELF);
		try {
			await handle.chmod(mode);
		} finally {
			await handle.close();
		}
	} catch (error) {
		// What is closed to us cannot be opened either. Nobody but root may change another's modes, so that no symlink helps here.
		if (codeOf(error) !== "EACCES" || process.geteuid?.() === 0) throw error;
		await chmod(path, mode);
	}
}

const ITSELF = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
