import { mkdir } from "node:fs/promises";
import type { ContainerName } from "../model/words.ts";
import { readRecords, startOfTail } from "./log-reader.ts";
import { LogSegments } from "./log-segments.ts";
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

	#segments(name: ContainerName): LogSegments {
		return new LogSegments(this.#folder, name);
	}
}
