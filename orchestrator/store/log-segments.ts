import { open, readdir, rm, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import type { ContainerName } from "../model/words.ts";
import { headOf } from "./log-format.ts";
import { emptyState, type LogState, parseState } from "./log-state.ts";

/**
 * One log's files: `<name>.log`, and once that has its size `<name>.more/1.log`, `2.log`, …, each of which begins with what came before
 * it. When there are too many, those in the middle go, the oldest first: a log's beginning and its end are what people need.
 *
 *   0 1 … 31 │ 32 │ (gone) │ 70 71 … 101
 *   beginning  its head alone stays, to tell how much is gone
 */
export class LogSegments {
	/** Of `<name>.log` and its like. */
	readonly folder: string;
	readonly #first: string;

	constructor(logs: string, name: ContainerName) {
		this.#first = join(logs, `${name}.log`);
		this.folder = join(logs, `${name}.more`);
	}

	pathOf(segment: number): string {
		return segment === 0 ? this.#first : join(this.folder, `${segment}.log`);
	}

	/** Those that are there, in their order; the first is taken to be. */
	async list(): Promise<readonly number[]> {
		const names = await readdir(this.folder).catch(absent([]));
		const more = names.map((name) => Number(/^(\d+)\.log$/.exec(name)?.[1]));
		return [0, ...more.filter((n) => n > 0).sort((a, b) => a - b)];
	}

	/** What had been stored before this segment; null when its head is not whole. */
	async before(segment: number): Promise<LogState | null> {
		if (segment === 0) return emptyState;
		const head = headOf(await this.#start(segment));
		return head && parseState(head.text);
	}

	/** Make room, now that this segment was begun. */
	async dropBefore(segment: number): Promise<void> {
		for (const old of await this.list()) {
			if (old < STUB || old > segment - KEPT_AT_END) continue;
			if (old > STUB) await rm(this.pathOf(old), { force: true });
			else await this.#emptyBelowHead(old);
		}
	}

	/** When it was last written to, in milliseconds since the epoch; null when it is not there. */
	async writtenAt(): Promise<number | null> {
		const last = (await this.list()).at(-1) ?? 0;
		const found = await stat(this.pathOf(last)).catch(absent(null));
		return found?.mtimeMs ?? null;
	}

	async remove(): Promise<void> {
		await rm(this.folder, { recursive: true, force: true });
		await rm(this.#first, { force: true });
	}

	async #emptyBelowHead(segment: number): Promise<void> {
		const head = headOf(await this.#start(segment));
		if (head) await truncate(this.pathOf(segment), head.size);
	}

	async #start(segment: number): Promise<Buffer> {
		await using file = await open(this.pathOf(segment));
		const { buffer, bytesRead } = await file.read({
			buffer: Buffer.alloc(MOST_HEAD),
			position: 0,
		});
		return buffer.subarray(0, bytesRead);
	}
}

/** Into how many a log's limit is divided. */
export const SEGMENTS = 64;

const STUB = SEGMENTS / 2;
const KEPT_AT_END = SEGMENTS / 2;

const MOST_HEAD = 4096;

/** For what may not be there. */
export const absent =
	<T>(otherwise: T) =>
	(error: unknown): T => {
		if ((error as NodeJS.ErrnoException).code === "ENOENT") return otherwise;
		throw error;
	};
