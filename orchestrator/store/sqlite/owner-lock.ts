import { mkdirSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { Unusable } from "../port.ts";
import { StoreUnavailable } from "../trouble-port.ts";
import { inWords } from "./trouble.ts";

/** Held by the one process that may write to a data directory. The system lets go of it when the process ends, however it ends. */
export interface Ownership {
	release(): void;
}

/**
 * Null when another process has it, also one in another container of this machine.
 * The lock is a POSIX lock on `owner.db`: a process that holds it must never open and close that file in any other way, or it is lost.
 */
export function acquireOwnership(berthFolder: string): Ownership | null {
	mkdirSync(berthFolder, { recursive: true });
	const file = join(berthFolder, "owner.db");
	const sqlite = openLock(file);
	try {
		sqlite.exec("BEGIN EXCLUSIVE");
		return { release: () => sqlite.close() };
	} catch (error) {
		sqlite.close();
		if (isBusy(error)) return null;
		throw cannotLock(file, error);
	}
}

/** Two that start at once may meet for a moment in which neither has it yet. */
const SHORTLY_MS = 100;

function openLock(file: string): Sqlite.Database {
	try {
		return new Sqlite(file, { timeout: SHORTLY_MS });
	} catch (error) {
		throw cannotLock(file, error);
	}
}

const isBusy = (error: unknown): boolean =>
	error instanceof Sqlite.SqliteError && error.code.startsWith("SQLITE_BUSY");

function cannotLock(file: string, error: unknown): Error {
	const told = inWords(file, error);
	if (told instanceof StoreUnavailable && told.kind === "full") return told;
	return new Unusable(
		`berth must lock ${file} to own its data directory, and cannot: ${error instanceof Error ? error.message : String(error)}. Make sure that you may write to the folder and the file, and that the file system has locks.`,
		{ cause: error },
	);
}
