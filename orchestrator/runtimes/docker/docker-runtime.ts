import type { ContainerName, Instant } from "../../model/words.ts";
import type { LogCursor, LogPiece } from "../log-port.ts";
import type {
	Exit,
	FirstStart,
	ImageRequest,
	Job,
	Listed,
	Refusal,
	Runtime,
	Started,
	Stray,
} from "../port.ts";
import type { Attached } from "./attach.ts";
import { Attachments } from "./attachments.ts";
import { type Built, buildImage, type ImageFolder } from "./build-image.ts";
import type { Container } from "./container.ts";
import { vanished } from "./endings.ts";
import type { EngineCalls } from "./engine-calls.ts";
import { asUnreachable, isStatus } from "./engine-errors.ts";
import type { FolderImages } from "./folder-images.ts";
import { howItEnded } from "./how-it-ended.ts";
import { inspect } from "./inspect.ts";
import { isForeign } from "./is-foreign.ts";
import {
	isOwned,
	type ListLine,
	listed,
	type Owner,
	ownerFilter,
} from "./labels.ts";
import { launch } from "./launch.ts";
import { MemoryUses } from "./memory-use.ts";
import { readLog } from "./read-log.ts";
import { resolveImage } from "./resolve-image.ts";
import { listStrays, removeStray } from "./strays.ts";
import { untilRemoved } from "./until-removed.ts";

export interface DockerWorld {
	readonly calls: EngineCalls;
	readonly owner: Owner;
	/** A path of this process as the engine's machine knows it. */
	readonly toHost: (path: string) => string;
	readonly folders: FolderImages;
	readonly now: () => Instant;
}

/** Attempts as containers of a Docker engine. */
export class DockerRuntime implements Runtime {
	readonly kind = "docker";
	readonly #world: DockerWorld;
	/** Launches under way: a second one of the same name joins the first, so that no start can be sent after an end. */
	readonly #launching = new Map<ContainerName, Promise<Started | Refusal>>();
	/** When they were first asked to stop: an end by a signal is ours from then on. */
	readonly #asked = new Map<ContainerName, Instant>();
	readonly #attached = new Attachments();
	/** Known to have been started, so `wait` need not look first. */
	readonly #started = new Set<ContainerName>();
	readonly #memory: MemoryUses;

	constructor(world: DockerWorld) {
		this.#world = world;
		this.#memory = new MemoryUses(world.calls, world.now);
	}

	resolve(
		request: ImageRequest,
		note: (text: string) => void,
		signal: AbortSignal,
	) {
		return resolveImage(this.#world, request, { note, signal });
	}

	/** Where the data directory is on the engine's machine. */
	get hostData(): string {
		return this.#world.owner.hostData;
	}

	/** Build an image from its folder, unless it is there already and nothing has changed. */
	build(folder: ImageFolder, note: (line: string) => void): Promise<Built> {
		return buildImage(this.#world.calls, folder, note);
	}

	async launch(
		job: Job,
		signal: AbortSignal,
		first: FirstStart = UNREMEMBERED,
	): Promise<Started | Refusal> {
		signal.throwIfAborted();
		const underway = this.#launching.get(job.name);
		if (underway) return await underway;
		const onAttached = (attached: Attached | null): void =>
			this.#attached.hold(job.name, attached);
		const launching = launch(this.#world, job, { signal, first, onAttached });
		this.#launching.set(job.name, launching);
		try {
			const outcome = await launching;
			if (outcome.kind === "started") this.#started.add(job.name);
			return outcome;
		} finally {
			this.#launching.delete(job.name);
		}
	}

	async wait(name: ContainerName, signal: AbortSignal): Promise<Exit> {
		const seen = await this.#watching(name, signal, () =>
			this.#attached.exit(name, signal),
		);
		if (seen && !seen.container?.State.Running)
			return await this.#ending(name, seen.container);
		if (seen) this.#attached.letGo(name); // somebody started it again: that end was not its last
		if (!this.#started.has(name)) {
			const container = await inspect(this.#calls, name);
			if (container && !isOwned(container.Config.Labels, this.#world.owner))
				return vanished(name, this.#world.now()); // ours is not there
			// Never started counts as not running: waiting for it would answer at once, with 0.
			if (!container?.State.Running) return await this.#ending(name, container);
		}
		await this.#watching(name, signal, () => this.#untilOver(name, signal));
		return await this.#ending(name, await inspect(this.#calls, name));
	}

	async stop(
		name: ContainerName,
		graceMs: number,
		signal?: AbortSignal,
	): Promise<void> {
		if (await this.#isForeign(name)) return;
		const t = Math.ceil(graceMs / 1000);
		if (!this.#asked.has(name)) this.#asked.set(name, this.#world.now());
		try {
			await this.#calls.json("POST", `/containers/${name}/stop`, {
				query: { t },
				isLong: true,
				...(signal && { signal }),
			});
		} catch (error) {
			if (isStatus(error, 404)) return;
			if (!isStatus(error, 304)) throw asUnreachable(error);
			const container = await inspect(this.#calls, name);
			if (container?.State.Status === "created")
				await this.remove(name, signal);
		}
	}

	logs(
		name: ContainerName,
		from: LogCursor,
		signal: AbortSignal,
	): AsyncIterable<LogPiece> {
		const heard = this.#attached.heardOf(name);
		return readLog(this.#calls, name, { from, ...heard, signal });
	}

	async remove(name: ContainerName, signal?: AbortSignal): Promise<void> {
		if (await this.#isForeign(name)) return;
		const path = `/containers/${name}`;
		const query = { force: "1", v: "1" };
		this.#started.delete(name);
		this.#asked.delete(name);
		this.#memory.forget(name);
		this.#attached.letGo(name);
		try {
			await this.#calls.json("DELETE", path, {
				query,
				...(signal && { signal }),
			});
		} catch (error) {
			if (isStatus(error, 404)) return;
			if (!isStatus(error, 409)) throw asUnreachable(error);
			await untilRemoved(this.#calls, name); // somebody else is removing it
		}
	}

	async list(): Promise<readonly Listed[]> {
		const query = { all: "1", filters: ownerFilter(this.#world.owner) };
		const lines = await this.#calls.json("GET", "/containers/json", { query });
		return (lines as ListLine[]).map(listed).filter((line) => line !== null);
	}

	strays(): Promise<readonly Stray[]> {
		return listStrays(this.#calls, this.#world.owner);
	}

	removeStray(stray: Stray): Promise<void> {
		return removeStray(this.#calls, stray);
	}

	async close(): Promise<void> {
		this.#calls.close();
		this.#attached.close();
	}

	get #calls(): EngineCalls {
		return this.#world.calls;
	}

	/** Looks at its memory for as long as somebody waits for its end. */
	async #watching<T>(
		name: ContainerName,
		signal: AbortSignal,
		waiting: () => Promise<T>,
	): Promise<T> {
		const over = new AbortController();
		this.#memory.watch(name, AbortSignal.any([signal, over.signal]));
		try {
			return await waiting();
		} finally {
			over.abort();
		}
	}

	async #untilOver(name: ContainerName, signal: AbortSignal): Promise<void> {
		try {
			const path = `/containers/${name}/wait`;
			const query = { condition: "not-running" };
			await this.#calls.json("POST", path, { query, signal, isLong: true });
		} catch (error) {
			if (!isStatus(error, 404)) throw asUnreachable(error);
		}
	}

	/** What was started here is ours. */
	async #isForeign(name: ContainerName): Promise<boolean> {
		return !this.#started.has(name) && (await isForeign(this.#world, name));
	}

	#ending(name: ContainerName, container: Container | null): Promise<Exit> {
		return howItEnded(this.#world, name, {
			container,
			asked: () => this.#asked.get(name) ?? null,
			peak: () => this.#memory.peakOf(name),
		});
	}
}

/** Nobody keeps whether it was started. */
const UNREMEMBERED: FirstStart = { wasAsked: false, ask: async () => {} };
