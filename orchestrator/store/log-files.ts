import { mkdir, readdir } from "node:fs/promises";
import type { ContainerName, Instant } from "../model/words.ts";
import { readRecords, startOfTail } from "./log-reader.ts";
import { absent, LogSegments } from "./log-segments.ts";
import { openWriter } from "./log-writer.ts";
import type {
	LogOffset,
	LogStore,
	OpenLog,
	StoredRecords,
} from "./logs-port.ts";

/** Logs as files that `less` can read (log-format.ts), in segments once they are long (log-segments.ts). */
export class LogFiles implements LogStore {
	readonly #folder: string;
	readonly #limit: number;
	/** Called after a log has grown. */
	onGrown: () => void = () => undefined;

	/** Of each log, about so many bytes are kept. */
	constructor(folder: string, limit: number) {
		this.#folder = folder;
		this.#limit = limit;
	}

	async open(name: ContainerName): Promise<OpenLog> {
		await mkdir(this.#folder, { recursive: true });
		const onGrown = (): void => this.onGrown();
		return openWriter(this.#segments(name), { limit: this.#limit, onGrown });
	}

	read(name: ContainerName, from: LogOffset): Promise<StoredRecords> {
		return readRecords(this.#segments(name), from);
	}

	tail(name: ContainerName, records: number): Promise<LogOffset> {
		return startOfTail(this.#segments(name), records);
	}

	async has(name: ContainerName): Promise<boolean> {
		return (await this.#segments(name).writtenAt()) !== null;
	}

	async removeOld(
		before: Instant,
		but: ReadonlySet<ContainerName>,
	): Promise<readonly ContainerName[]> {
		const files = await readdir(this.#folder).catch(absent([]));
		const removed: ContainerName[] = [];
		for (const file of files) {
			const name = file.replace(/\.log$/, "") as ContainerName;
			if (name === file || but.has(name)) continue;
			const segments = this.#segments(name);
			const writtenAt = await segments.writtenAt();
			if (writtenAt === null || writtenAt >= before) continue;
			await segments.remove();
			removed.push(name);
		}
		return removed;
	}

	#segments(name: ContainerName): LogSegments {
		return new LogSegments(this.#folder, name);
	}
}
