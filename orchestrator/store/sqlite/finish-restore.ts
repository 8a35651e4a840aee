import {
	existsSync,
	linkSync,
	readFileSync,
	renameSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { boundary } from "../../boundary.ts";
import { Unusable } from "../port.ts";
import { flush } from "./flush.ts";
import { orUnavailable } from "./trouble.ts";

/**
 * Finish the restore that was decided, if one was. For the owner of the data directory alone, while nobody has the database open.
 *
 *   keep the present one, with its log ─► remove its log ─► rename the copy ─► remove the note
 *
 * It can be done again from any point: the log is removed only once both are kept, and nobody opens the database while the note is there.
 */
export function finishRestore(database: string): void {
	const note = noteOf(database);
	if (!existsSync(note)) return;
	orUnavailable(database, () => {
		const { kept } = JSON.parse(readFileSync(note, "utf8")) as Note;
		if (existsSync(freshOf(database))) replace(database, kept);
		boundary("before forget restore");
		rmSync(note, { force: true });
		flush(dirname(note));
	});
}

/** From here on it will be, whoever is killed. The copy is whole and on the disk. */
export function decideRestore(database: string, kept: string | null): void {
	const note: Note = { kept: kept === null ? null : basename(kept) };
	const written = `${noteOf(database)}.new`;
	writeFileSync(written, JSON.stringify(note));
	flush(written);
	renameSync(written, noteOf(database));
	flush(dirname(database));
}

/** Who only reads cannot finish it, and what lies there now may lack its log. */
export function refuseHalfRestored(database: string): void {
	if (!existsSync(noteOf(database))) return;
	throw new Unusable(
		`A restore of ${database} was interrupted, so there is nothing to read yet. The next "berth up", "berth run" or "berth restore" finishes it.`,
	);
}

/** Where the copy is made ready. */
export const freshOf = (database: string): string => `${database}.restoring`;

interface Note {
	/** The name of what was there before, beside it. */
	readonly kept: string | null;
}

const noteOf = (database: string): string => `${database}.restore-pending`;

/** The present one is kept as it lies there. Opening it first could cost what can still be saved: SQLite removes a log that it cannot use. */
function replace(database: string, kept: string | null): void {
	if (kept !== null) {
		const aside = join(dirname(database), kept);
		boundary("before keep database");
		linkOnce(database, aside);
		boundary("before keep log of database");
		linkOnce(`${database}-wal`, `${aside}-wal`);
		flush(dirname(database));
	}
	// A log that lay beside the restored database would be played into it.
	for (const rest of ["-wal", "-shm"]) {
		boundary(`before remove database${rest}`);
		rmSync(`${database}${rest}`, { force: true });
	}
	boundary("before replace database");
	renameSync(freshOf(database), database);
	flush(dirname(database));
}

function linkOnce(from: string, to: string): void {
	if (existsSync(from) && !existsSync(to)) linkSync(from, to);
}
