import type { Instant } from "../../orchestrator/model/words.ts";
import type {
	FileHash,
	FileHashes,
} from "../../orchestrator/store/hashes-port.ts";
import {
	type StorageTrouble,
	StoreUnavailable,
} from "../../orchestrator/store/trouble-port.ts";

/** What is remembered of files, in memory. */
export class FakeHashes implements FileHashes {
	readonly rows = new Map<string, FileHash>();
	/** What is wrong with the disk; null while nothing is. */
	trouble: StorageTrouble | null = null;

	/** Told when somebody asks what is known, which is right before the rest is read: he waits for as long as this does. */
	onAsked = (): void | Promise<void> => undefined;

	async knownHashes(paths: readonly string[]): Promise<readonly FileHash[]> {
		await this.onAsked();
		this.#check();
		return paths.flatMap((path) => this.rows.get(path) ?? []);
	}

	async rememberHashes(hashes: readonly FileHash[]): Promise<void> {
		this.#check();
		for (const hash of hashes) this.rows.set(hash.path, hash);
	}

	async forgetHashes(before: Instant, most: number): Promise<number> {
		this.#check();
		const old = [...this.rows.values()]
			.filter(({ seenAt }) => seenAt < before)
			.slice(0, most);
		for (const { path } of old) this.rows.delete(path);
		return old.length;
	}

	#check(): void {
		if (this.trouble !== null)
			throw new StoreUnavailable(this.trouble, `The disk is ${this.trouble}.`);
	}
}
