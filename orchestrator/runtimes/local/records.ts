import {
	closeSync,
	fsyncSync,
	openSync,
	readFileSync,
	readlinkSync,
	renameSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import type { PreparedImage } from "../../model/task-state.ts";
import type { Identity } from "./identity.ts";

/** What a supervisor needs to know. In `job.json`, written before the attempt's folder gets its name. */
export interface Launch {
	readonly attempt: string;
	/** Resolved: the first is a path. */
	readonly argv: readonly string[];
	readonly env: Readonly<Record<string, string>>;
	readonly cwd: string;
	/** Null: as the supervisor itself. */
	readonly as: { readonly uid: number; readonly gid: number } | null;
	readonly logBytes: number;
	/** What it was prepared with, for whoever asks how it ended. Absent where an older berth launched it. */
	readonly image?: PreparedImage;
}

/** In `program`, written before the program runs. */
export interface Program extends Identity {
	/** Milliseconds since the epoch. */
	readonly at: number;
}

/** In `exit.json`, written after the last byte of the log. */
export type ExitRecord =
	| {
			readonly kind: "exited";
			readonly code: number;
			readonly signal: string | null;
			readonly startedAt: number;
			readonly endedAt: number;
	  }
	| {
			readonly kind: "refused";
			readonly message: string;
			readonly endedAt: number;
	  };

/** Make a record that can be made only once, whole or not at all: the text is a symlink's target. False when it is there already. */
export function claim(path: string, record: object): boolean {
	try {
		symlinkSync(JSON.stringify(record), path);
		return true;
	} catch (error) {
		if (codeOf(error) === "EEXIST") return false;
		throw error;
	}
}

/** What was claimed there; null when nothing was. We wrote it ourselves and it is whole, so its type is known. */
export function claimed<T extends object>(path: string): T | null {
	return readOrNull(() => JSON.parse(readlinkSync(path)) as T);
}

/** Like `claimed`, for a file made by `writeWhole`. */
export function readWhole<T extends object>(path: string): T | null {
	return readOrNull(() => JSON.parse(readFileSync(path, "utf8")) as T);
}

/** Readers see all of it or nothing, also after a loss of power. */
export function writeWhole(path: string, record: object): void {
	const part = `${path}.part`;
	writeFileSync(part, `${JSON.stringify(record)}\n`, {
		mode: 0o600,
		flush: true,
	});
	renameSync(part, path);
	syncFolder(dirname(path));
}

/** The names in a folder are on the disk once this returns. */
export function syncFolder(folder: string): void {
	const handle = openSync(folder, "r");
	fsyncSync(handle);
	closeSync(handle);
}

/** The `code` of a system error, such as ENOENT. */
export const codeOf = (error: unknown): string | undefined =>
	error instanceof Error && "code" in error ? String(error.code) : undefined;

function readOrNull<T>(read: () => T): T | null {
	try {
		return read();
	} catch (error) {
		if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return null;
		throw error;
	}
}
