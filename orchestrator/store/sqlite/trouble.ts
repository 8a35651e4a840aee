import {
	accessSync,
	closeSync,
	constants,
	fsyncSync,
	openSync,
	statfsSync,
} from "node:fs";
import { dirname } from "node:path";
import Sqlite from "better-sqlite3";
import { type StorageTrouble, StoreUnavailable } from "../trouble-port.ts";

/** Run it; what the disk, another process or a damaged page stood in the way of is thrown as StoreUnavailable, and anything else as it is. */
export function orUnavailable<T>(file: string, work: () => T): T {
	try {
		return work();
	} catch (error) {
		throw inWords(file, error);
	}
}

/** The error as people can use it, when it is storage trouble; else as it is. */
export function inWords(file: string, error: unknown): unknown {
	if (error instanceof StoreUnavailable) return error;
	const kind = kindOf(file, error);
	if (kind === null) return error;
	const what = error instanceof Error ? error.message : String(error);
	const message = sentenceOf(kind, file, `${what} (${codeOf(error)})`);
	return new StoreUnavailable(kind, message, { cause: error });
}

function kindOf(file: string, error: unknown): StorageTrouble | null {
	const code = codeOf(error);
	const family = FAMILIES.find(([pattern]) => pattern.test(code))?.[1] ?? null;
	return family === "io" ? (whyNot(file) ?? "io") : family;
}

const FAMILIES: readonly (readonly [RegExp, StorageTrouble])[] = [
	[/^(SQLITE_FULL|ENOSPC|EDQUOT)$/, "full"],
	[/^(SQLITE_READONLY.*|SQLITE_PERM|EROFS)$/, "read-only"],
	[/^SQLITE_(BUSY|LOCKED|PROTOCOL)/, "locked"],
	[/^SQLITE_(CORRUPT|NOTADB)/, "damaged"],
	[/^(SQLITE_IOERR.*|SQLITE_CANTOPEN.*|EIO)$/, "io"],
];

/** SQLite says "disk I/O error" of much that the system can tell apart. The database file itself must not be opened for it: closing it would lose SQLite's locks. */
function whyNot(file: string): StorageTrouble | null {
	try {
		const folder = dirname(file);
		accessSync(folder, constants.W_OK);
		const { bavail, blocks } = statfsSync(folder);
		if (blocks > 0 && bavail === 0) return "full";
		sync(folder);
		return null;
	} catch (error) {
		return codeOf(error) === "EROFS" ? "read-only" : null;
	}
}

function sync(folder: string): void {
	const handle = openSync(folder, "r");
	try {
		fsyncSync(handle);
	} finally {
		closeSync(handle);
	}
}

function sentenceOf(kind: StorageTrouble, file: string, why: string): string {
	switch (kind) {
		case "full":
			return `The database ${file} cannot be written, because its disk is full or at its quota: ${why}. Make room there.`;
		case "read-only":
			return `The database ${file} cannot be written, because it is read-only: ${why}. Make the file and its folder writable for the user that runs berth; a file system that has become read-only by itself reports a failing disk ("dmesg").`;
		case "locked":
			return `The database ${file} is locked by another program: ${why}. End what has it open besides berth, such as a database shell ("fuser ${file}" names it).`;
		case "io":
			return `The disk under the database ${file} does not do what is asked: ${why}. Look at the disk, its limits and the system's messages ("dmesg").`;
		case "damaged":
			return `The database ${file} is damaged: ${why}. Nothing more is written to it. Stop berth and restore a backup ("berth restore FILE"); published files are whole under .berth/objects.`;
	}
}

const codeOf = (error: unknown): string =>
	error instanceof Sqlite.SqliteError ||
	(error instanceof Error && "code" in error)
		? String(error.code)
		: "";
