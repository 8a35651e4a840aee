import type { Artifacts } from "../artifacts/port.ts";
import type { Instant } from "../model/words.ts";
import type { Store } from "../store/port.ts";
import { isStorageTrouble } from "../store/trouble-port.ts";
import type { Clock } from "./clock.ts";

/** Brings what is published to its paths. It counts before people can see it there, so what cannot be brought there is told, and tried again ever less often. */
export class Projector {
	readonly #parts: ProjectorParts;
	#problems: readonly string[] = [];
	#vain = 0;
	#bell = new AbortController();
	#isClosed = false;

	constructor(parts: ProjectorParts) {
		this.#parts = parts;
	}

	/** What cannot be seen at its path now, in sentences. */
	get problems(): readonly string[] {
		return this.#problems;
	}

	/** Resolves after one trial, however that ended. */
	async project(): Promise<void> {
		this.#bell.abort();
		this.#bell = new AbortController();
		const { signal } = this.#bell;
		const problems = await this.#trial();
		if (this.#isClosed) return;
		for (const problem of problems)
			if (!this.#problems.includes(problem)) this.#parts.onTrouble(problem);
		this.#problems = problems;
		this.#vain = problems.length === 0 ? 0 : this.#vain + 1;
		if (problems.length > 0) void this.#again(signal);
	}

	close(): void {
		this.#isClosed = true;
		this.#bell.abort();
	}

	async #again(signal: AbortSignal): Promise<void> {
		const { clock } = this.#parts;
		const ms = Math.min(FIRST_MS * 2 ** (this.#vain - 1), LONGEST_MS);
		try {
			await clock.sleepUntil((clock.now() + ms) as Instant, signal);
		} catch {
			return; // somebody else has begun the next trial
		}
		await this.project();
	}

	async #trial(): Promise<readonly string[]> {
		const { artifacts, store, onProjected } = this.#parts;
		try {
			const problems = await artifacts.project(await store.unprojected());
			onProjected();
			return problems;
		} catch (error) {
			return [
				`What was published is stored, but could not be brought to its paths: ${wordsOf(error)}`,
			];
		}
	}
}

const wordsOf = (error: unknown): string => {
	if (isStorageTrouble(error)) return error.message;
	return error instanceof Error
		? (error.stack ?? error.message)
		: String(error);
};

const FIRST_MS = 5_000;
const LONGEST_MS = 10 * 60_000;

export interface ProjectorParts {
	readonly store: Pick<Store, "unprojected">;
	readonly artifacts: Pick<Artifacts, "project">;
	readonly clock: Clock;
	readonly onTrouble: (text: string) => void;
	/** Sensors that wait for a publication look again. */
	readonly onProjected: () => void;
}
