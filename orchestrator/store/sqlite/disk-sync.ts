import { type FileHandle, open } from "node:fs/promises";

/**
 * Waits until the disk has what was committed. In SQLite's WAL mode with `synchronous=NORMAL` a commit is handed to the
 * system, which writes it when it likes; what has left the log for the database file was synced on the way. So
 * syncing the log is enough. It is done beside the loop, once for all who wait.
 *
 * When a sync fails the system forgets that those pages are still to be written, and the next sync of them answers "done". So after
 * a failure everything in the log is written anew, elsewhere.
 */
export class DiskSync {
	readonly #log: string;
	readonly #rewrite: () => void;
	#file: Promise<FileHandle | null> | null = null;
	#running: Promise<void> | null = null;
	#next: Promise<void> | null = null;

	#isInDoubt = false;

	/** `rewrite` brings everything that the log holds to the disk in another way. */
	constructor(database: string, rewrite: () => void) {
		this.#log = `${database}-wal`;
		this.#rewrite = rewrite;
	}

	/** Everything that was committed before the call outlives a loss of power once this resolves. */
	sync(): Promise<void> {
		if (!this.#running) {
			this.#running = this.#sync().finally(() => {
				this.#running = null;
			});
			return this.#running;
		}
		this.#next ??= this.#running
			.catch(() => undefined)
			.then(() => {
				this.#next = null;
				return this.sync();
			});
		return this.#next;
	}

	/** Lets go of the log, once nobody waits for it. */
	async close(): Promise<void> {
		try {
			await this.#running;
			await (await this.#file)?.close();
		} catch {
			// Whoever waited has been told.
		}
	}

	async #sync(): Promise<void> {
		this.#file ??= openLog(this.#log).catch((error: unknown) => {
			this.#file = null;
			throw error;
		});
		const file = await this.#file;
		if (!file) this.#file = null;
		else if (this.#isInDoubt) this.#rewrite();
		else await this.#flush(file);
		this.#isInDoubt = false;
	}

	async #flush(file: FileHandle): Promise<void> {
		try {
			await file.datasync();
		} catch (error) {
			this.#isInDoubt = true;
			throw error;
		}
	}
}

/** Null while there is none: then nothing has been committed, or the database is in memory. */
async function openLog(path: string): Promise<FileHandle | null> {
	try {
		return await open(path, "r");
	} catch (error) {
		if (error instanceof Error && "code" in error && error.code === "ENOENT")
			return null;
		throw error;
	}
}
