import type { ContainerName } from "../model/words.ts";
import type {
	FirstStart,
	ImageRequest,
	Job,
	LogCursor,
	LogFrame,
	Runtime,
} from "./port.ts";
import type { RuntimeKind } from "./runtime-in-use.ts";

/** A runtime that is opened when it is first needed, and again when that failed: an engine may be down when berth starts. */
export class LateRuntime implements Runtime {
	readonly kind: RuntimeKind;
	readonly #open: () => Promise<Runtime>;
	#opened: Promise<Runtime> | null = null;

	constructor(kind: RuntimeKind, open: () => Promise<Runtime>) {
		this.kind = kind;
		this.#open = open;
	}

	/** Rejects when it cannot be opened now. */
	ready(): Promise<Runtime> {
		this.#opened ??= this.#open().catch((error: unknown) => {
			this.#opened = null;
			throw error;
		});
		return this.#opened;
	}

	async resolve(
		image: ImageRequest,
		note: (text: string) => void,
		signal: AbortSignal,
	) {
		return (await this.ready()).resolve(image, note, signal);
	}

	async launch(job: Job, signal: AbortSignal, first?: FirstStart) {
		return (await this.ready()).launch(job, signal, first);
	}

	async wait(name: ContainerName, signal: AbortSignal) {
		return (await this.ready()).wait(name, signal);
	}

	async stop(name: ContainerName, graceMs: number) {
		return (await this.ready()).stop(name, graceMs);
	}

	async *logs(
		name: ContainerName,
		from: LogCursor,
		signal: AbortSignal,
	): AsyncIterable<LogFrame> {
		yield* (await this.ready()).logs(name, from, signal);
	}

	async remove(name: ContainerName) {
		return (await this.ready()).remove(name);
	}

	async list() {
		return (await this.ready()).list();
	}

	async close() {
		await (await this.#opened?.catch(() => null))?.close();
	}
}
