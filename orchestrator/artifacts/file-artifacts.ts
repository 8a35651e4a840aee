import { bounded } from "../boundary.ts";
import type {
	FileStamp,
	PublishedOutput,
	Source,
} from "../model/task-state.ts";
import type {
	ContainerName,
	DataPath,
	Json,
	Named,
	Usage,
} from "../model/words.ts";
import type { Publication, Publications } from "../store/port.ts";
import { claim, entangled } from "./claim.ts";
import { collect } from "./collect.ts";
import { find } from "./find.ts";
import { Gatherer } from "./gather.ts";
import { measureUsage } from "./measure-usage.ts";
import { ObjectStore } from "./object-store.ts";
import { changedSince } from "./outside-files.ts";
import { Places, type User } from "./places.ts";
import {
	type Artifacts,
	type Found,
	isProblem,
	type Located,
	type Problem,
	type ResultFile,
	type Staged,
	type Swept,
} from "./port.ts";
import { Projection } from "./projection.ts";
import { Reservations } from "./reservations.ts";
import { readResult } from "./result-file.ts";
import { Sources } from "./sources.ts";
import { Staging } from "./staging.ts";
import { sweepFolder } from "./sweep-folder.ts";

export interface FileArtifactsOptions {
	/** The data directory, absolute. */
	readonly data: string;
	readonly publications: Publications;
	/** Whose the data directory is. */
	readonly user: User;
	/** May this process give files to others? Absent: when it runs as root. */
	readonly isRoot?: boolean;
}

/** The data directory on a file system. */
export class FileArtifacts implements Artifacts {
	readonly #places: Places;
	readonly #publications: Publications;
	readonly #objects: ObjectStore;
	readonly #staging: Staging;
	readonly #gatherer: Gatherer;
	readonly #sources: Sources;
	readonly #projection: Projection;
	readonly #reservations = new Reservations();

	constructor(options: FileArtifactsOptions) {
		const { data, publications, user } = options;
		this.#places = new Places(data, user, options.isRoot ?? isRoot());
		this.#publications = publications;
		this.#objects = new ObjectStore(this.#places);
		this.#staging = new Staging(this.#places, user);
		this.#gatherer = new Gatherer(this.#places, this.#objects);
		this.#sources = new Sources(this.#places, publications, this.#gatherer);
		this.#projection = new Projection(this.#places, publications);
	}

	claim(paths: readonly DataPath[]): Promise<string | null> {
		return claim(paths, this.#places, this.#publications);
	}

	async reserve(
		name: ContainerName,
		paths: readonly DataPath[],
	): Promise<string | null> {
		const other = this.#reservations.take(name, paths);
		if (other !== null) return entangled(other.path, other.reserved);
		// Looked at only now: what was published before this one reserved is seen, and what comes later sees the reservation.
		const fault = await this.claim(paths);
		if (fault !== null) this.#reservations.drop(name);
		return fault;
	}

	source(path: DataPath): Promise<Source | Problem> {
		return this.#sources.source(path);
	}

	files(pattern: string): Promise<Found | Problem> {
		return find(this.#places.data, pattern);
	}

	gather(files: readonly FileStamp[]): Promise<Source | Problem> {
		return this.#gatherer.gather(files);
	}

	locate(source: Source): Promise<readonly Located[] | Problem> {
		return this.#sources.locate(source);
	}

	places(source: Source): readonly Located[] {
		return this.#sources.places(source);
	}

	stage(
		name: ContainerName,
		outputs: readonly string[],
		user: string,
	): Promise<Staged | Problem> {
		return bounded(
			() => "make staging",
			() => this.#staging.make(name, outputs, user),
		);
	}

	params(name: ContainerName, params: Named<Json>): Promise<string> {
		return bounded(
			() => "write params",
			() => this.#staging.params(name, params),
		);
	}

	markStarted(name: ContainerName): Promise<void> {
		return bounded(
			() => "mark as started",
			() => this.#staging.markStarted(name),
		);
	}

	wasStarted(name: ContainerName): Promise<boolean> {
		return this.#staging.wasStarted(name);
	}

	usage(name: ContainerName, entries: number): Promise<Usage> {
		return measureUsage(this.#places.staged(name), entries);
	}

	changed(files: readonly FileStamp[]): Promise<string | null> {
		return changedSince(this.#places.data, files);
	}

	result(name: ContainerName): Promise<ResultFile | Problem> {
		return readResult(this.#staging.resultFile(name));
	}

	async collect(
		name: ContainerName,
		outputs: Named<DataPath>,
		signal: AbortSignal,
	): Promise<Named<PublishedOutput> | Problem> {
		const tools = {
			places: this.#places,
			staging: this.#staging,
			objects: this.#objects,
		};
		const collected = await collect(tools, { name, outputs }, signal);
		if (isProblem(collected)) this.#reservations.drop(name);
		return collected;
	}

	project(publications: readonly Publication[]): Promise<readonly string[]> {
		return this.#projection.project(publications);
	}

	discard(name: ContainerName, keep: boolean): Promise<void> {
		this.#reservations.drop(name);
		return bounded(
			() => "discard staging",
			() => this.#staging.discard(name, keep),
		);
	}

	sweep(live: ReadonlySet<ContainerName>, olderThanMs: number): Promise<Swept> {
		const isLive = (name: ContainerName) =>
			live.has(name) || this.#gatherer.isBusy(name);
		return sweepFolder(this.#places, (name) =>
			isLive(name)
				? Promise.resolve(false)
				: this.#staging.isOlder(name, olderThanMs),
		);
	}
}

const isRoot = (): boolean => process.getuid?.() === 0;
