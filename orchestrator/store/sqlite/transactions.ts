import type { Database } from "better-sqlite3";
import { bounded } from "../../boundary.ts";
import type { StoreUnavailable } from "../trouble-port.ts";
import { rewrite } from "./connect.ts";
import { DiskSync } from "./disk-sync.ts";
import { Guard } from "./guard.ts";

/** How one SQLite file is read, written and made durable. Each transaction runs to its end before anything else does. */
export class Transactions {
	readonly #sqlite: Database;
	readonly #disk: DiskSync;
	readonly #guard: Guard;

	constructor(sqlite: Database) {
		this.#sqlite = sqlite;
		this.#disk = new DiskSync(sqlite.name, () => rewrite(sqlite));
		this.#guard = new Guard(sqlite.name);
	}

	/** That it was found damaged, by whoever asked; null while it was not. */
	get damage(): StoreUnavailable | null {
		return this.#guard.damage;
	}

	async read<T>(work: () => T): Promise<T> {
		return this.#guard.read(this.#sqlite.transaction(work));
	}

	/** For what another connection reads meanwhile. */
	async beside<T>(work: () => Promise<T>): Promise<T> {
		try {
			return await work();
		} catch (error) {
			throw this.#guard.told(error);
		}
	}

	/** `what` is its boundary's name. */
	write<T>(what: string | (() => string), work: () => T): Promise<T> {
		return bounded(
			() => `commit ${typeof what === "string" ? what : what()}`,
			async () => this.#guard.write(this.#sqlite.transaction(work)),
		);
	}

	/** For what someone is told has been done. */
	async lastingly<T>(what: string, work: () => T): Promise<T> {
		const answer = await this.write(what, work);
		await this.durable();
		return answer;
	}

	durable(): Promise<void> {
		return bounded(
			() => "sync",
			() => this.#synced(),
		);
	}

	close(): void {
		void this.#disk.close();
		this.#sqlite.close();
	}

	async #synced(): Promise<void> {
		try {
			await this.#disk.sync();
		} catch (error) {
			throw this.#guard.told(error);
		}
	}
}
