import type { FSWatcher } from "node:fs";
import { watch } from "node:fs";
import { snapshotOf } from "./folder.ts";

/** Calls back after files of a pipelines folder have changed. Sleeps in between. */
export class FolderWatch {
	readonly #folder: string;
	readonly #onChange: () => void;
	readonly #watchers = new Map<string, FSWatcher>();
	#fingerprint: string | null = null;
	#timer: NodeJS.Timeout | undefined;
	#closed = false;

	constructor(folder: string, onChange: () => void) {
		this.#folder = folder;
		this.#onChange = onChange;
		void this.#look(true);
	}

	close(): void {
		this.#closed = true;
		clearTimeout(this.#timer);
		for (const watcher of this.#watchers.values()) watcher.close();
	}

	/** Editors write a file in several steps: look once they are done. */
	#later(): void {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => void this.#look(false), PAUSE_MS).unref();
	}

	async #look(isFirst: boolean): Promise<void> {
		const snapshot = await snapshotOf(this.#folder);
		if (this.#closed) return;
		const news = this.#follow(snapshot?.folders ?? []);
		const fingerprint = snapshot?.fingerprint ?? null;
		const isChanged = fingerprint !== this.#fingerprint;
		this.#fingerprint = fingerprint;
		// What was written into a new folder before it was watched.
		if (news) this.#later();
		if (isChanged && !isFirst) this.#onChange();
	}

	/** Watch these folders and no others; were some not watched before? */
	#follow(folders: readonly string[]): boolean {
		for (const [folder, watcher] of this.#watchers)
			if (!folders.includes(folder)) {
				watcher.close();
				this.#watchers.delete(folder);
			}
		const fresh = folders.filter((folder) => !this.#watchers.has(folder));
		return fresh.map((folder) => this.#watch(folder)).includes(true);
	}

	#watch(folder: string): boolean {
		try {
			const watcher = watch(folder, { persistent: false }, () => this.#later());
			watcher.on("error", () => watcher.close());
			this.#watchers.set(folder, watcher);
			return true;
		} catch {
			// Gone again, or more folders than the system lets us watch: list() still sees every change.
			return false;
		}
	}
}

const PAUSE_MS = 150;
