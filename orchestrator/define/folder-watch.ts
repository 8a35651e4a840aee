import type { FSWatcher } from "node:fs";
import { statSync, watch } from "node:fs";
import { basename } from "node:path";
import { snapshotOf } from "./folder.ts";
import { watchPointsOf } from "./watch-points.ts";

/** Calls back after files of a pipelines folder have changed, also when the folder is made or exchanged for another. Sleeps in between. */
export class FolderWatch {
	readonly #folder: string;
	readonly #onChange: () => void;
	/** By what is watched, and for which name in it. */
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
		if (this.#closed) return;
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

	/** Watch these folders, and where the first of them comes from, and nothing else; was something not watched before? */
	#follow(folders: readonly string[]): boolean {
		const wanted = new Map(
			[
				...folders.map((folder) => ({ folder, name: null })),
				...watchPointsOf(this.#folder),
			].map((place) => [keyOf(place), place]),
		);
		for (const key of this.#watchers.keys())
			if (!wanted.has(key)) this.#drop(key);
		const fresh = [...wanted].filter(([key]) => !this.#watchers.has(key));
		return fresh.map(([key, place]) => this.#watch(key, place)).includes(true);
	}

	#watch(key: string, { folder, name }: Place): boolean {
		const itself = basename(folder);
		try {
			const watcher = watch(folder, { persistent: false }, (kind, found) => {
				// It was moved or removed: what is there now may even have its number.
				if (kind === "rename" && found === itself) this.#drop(key);
				if (
					name === null ||
					found === null ||
					found === name ||
					found === itself
				)
					this.#later();
			});
			this.#watchers.set(key, watcher);
			watcher.on("error", () => {
				this.#drop(key);
				setTimeout(() => this.#later(), AFTER_ERROR_MS).unref();
			});
			return true;
		} catch {
			// Gone again, or more folders than the system lets us watch: list() still sees every change.
			return false;
		}
	}

	#drop(key: string): void {
		this.#watchers.get(key)?.close();
		this.#watchers.delete(key);
	}
}

/** A folder, and the only name in it that matters, if there is one. */
interface Place {
	readonly folder: string;
	readonly name: string | null;
}

/** Another one when another folder lies there now. */
function keyOf({ folder, name }: Place): string {
	try {
		const { dev, ino } = statSync(folder, { bigint: true });
		return `${dev} ${ino} ${name ?? ""}/${folder}`;
	} catch {
		return `gone ${name ?? ""}/${folder}`;
	}
}

const PAUSE_MS = 150;
/** A watch that fails at once again must not keep berth busy. */
const AFTER_ERROR_MS = 10_000;
