import { existsSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { PreparedImage } from "../../model/task-state.ts";
import type { AttemptId, ContainerName } from "../../model/words.ts";
import type { LogCursor, LogPiece } from "../log-port.ts";
import {
	type Exit,
	type FirstStart,
	goneSinceStart,
	type ImageRequest,
	type Job,
	type Listed,
	type Refusal,
	type Runtime,
	type Started,
	type Stray,
} from "../port.ts";
import { makeFolder, sweep } from "./attempt-folder.ts";
import { readLog } from "./read-log.ts";
import { type Launch, readWhole } from "./records.ts";
import { resolveImage } from "./resolve-image.ts";
import { start } from "./start.ts";
import { isUp, look } from "./state.ts";
import { remove, stop } from "./stop.ts";
import { wait } from "./wait.ts";

export interface LocalOptions {
	/** Where attempts live: `<data>/.berth/local`. Absolute. */
	readonly folder: string;
	/** The images folder. Absolute. */
	readonly images: string;
}

/** Opens the runtime for machines without an engine: an image's program runs as a process, with no wall around it. */
export async function openLocal(options: LocalOptions): Promise<LocalRuntime> {
	await mkdir(options.folder, { recursive: true, mode: 0o711 });
	await sweep(options.folder);
	return new LocalRuntime(options);
}

/**
 * The runtime without an engine. An attempt is a folder; whether it runs is a fact about processes, told by records that can be
 * made only once (supervisor.ts says how that survives a kill at any instant). Memory, CPUs, network and the rest of the wall are not
 * enforced.
 */
export class LocalRuntime implements Runtime {
	readonly kind = "local";
	readonly #options: LocalOptions;
	readonly #closing = new AbortController();

	constructor(options: LocalOptions) {
		this.#options = options;
	}

	resolve(
		request: ImageRequest,
		note: (text: string) => void,
		signal: AbortSignal,
	): Promise<PreparedImage | Refusal> {
		return resolveImage(this.#options.images, request, {
			note,
			signal: this.#until(signal),
		});
	}

	async launch(
		job: Job,
		signal: AbortSignal,
		first?: FirstStart,
	): Promise<Started | Refusal> {
		const folder = this.#folderOf(job.name);
		if (!existsSync(folder)) {
			if (first?.wasAsked) return goneSinceStart(job);
			const refusal = await makeFolder(folder, job);
			if (refusal) return refusal;
		}
		await first?.ask();
		return start(folder, this.#until(signal));
	}

	wait(name: ContainerName, signal: AbortSignal): Promise<Exit> {
		return wait(this.#folderOf(name), this.#until(signal));
	}

	stop(
		name: ContainerName,
		graceMs: number,
		signal?: AbortSignal,
	): Promise<void> {
		return stop(this.#folderOf(name), graceMs, this.#until(signal));
	}

	logs(
		name: ContainerName,
		from: LogCursor,
		signal: AbortSignal,
	): AsyncIterable<LogPiece> {
		return readLog(this.#folderOf(name), from, this.#until(signal));
	}

	remove(name: ContainerName): Promise<void> {
		return remove(this.#folderOf(name));
	}

	async list(): Promise<readonly Listed[]> {
		const names = await readdir(this.#options.folder);
		return names.flatMap((name) => this.#listed(name as ContainerName));
	}

	/** An attempt is one folder here, and nothing else. */
	async strays(): Promise<readonly Stray[]> {
		return [];
	}

	async removeStray(): Promise<void> {}

	/** Ends whoever waits or follows here. What runs goes on, to be adopted by the next who opens the folder. */
	async close(): Promise<void> {
		this.#closing.abort(new Error("The local runtime was closed."));
	}

	#listed(name: ContainerName): readonly Listed[] {
		if (name.startsWith(".")) return [];
		const folder = this.#folderOf(name);
		const job = readWhole<Launch>(join(folder, "job.json"));
		if (!job) return [];
		const attempt = job.attempt as AttemptId;
		return [{ name, attempt, running: isUp(look(folder)) }];
	}

	#folderOf(name: ContainerName): string {
		return join(this.#options.folder, name);
	}

	#until(signal?: AbortSignal): AbortSignal {
		const closing = this.#closing.signal;
		return signal ? AbortSignal.any([signal, closing]) : closing;
	}
}
