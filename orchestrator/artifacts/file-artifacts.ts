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
	ObjectHash,
	Usage,
} from "../model/words.ts";
import type { FileHashes } from "../store/hashes-port.ts";
import type { Publication, Publications } from "../store/port.ts";
import { asNow } from "./as-now.ts";
import { claim, entangled } from "./claim.ts";
import { collect } from "./collect.ts";
import { Contents } from "./contents.ts";
import { changedSince } from "./file-changes.ts";
import { FileDigests } from "./file-digests.ts";
import { find } from "./find.ts";
import { Gatherer } from "./gather.ts";
import { HashMemo } from "./hash-memo.ts";
import { measureUsage } from "./measure-usage.ts";
import { ObjectContents } from "./object-contents.ts";
import { ObjectStore } from "./object-store.ts";
import { Pins } from "./pins.ts";
import { Places, type User } from "./places.ts";
import {
	type Artifacts,
	type ContentFile,
	type Found,
	isProblem,
	type Located,
	type Problem,
	type ResultFile,
	type Staged,
	type StoredObject,
	type Swept,
} from "./port.ts";
import { Projection } from "./projection.ts";
import { receiptsIn } from "./receipt.ts";
import { ObjectRemover } from "./remove-object.ts";
import { Reservations } from "./reservations.ts";
import { readResult } from "./result-file.ts";
import { Sources } from "./sources.ts";
import { Staging } from "./staging.ts";
import { sweepFolder } from "./sweep-folder.ts";
import { isWhole } from "./whole-object.ts";

export interface FileArtifactsOptions {
	/** The data directory, absolute. */
	readonly data: string;
	readonly publications: Publications;
	/** Whose the data directory is. */
	readonly user: User;
	/** What files hashed to. Absent: nothing is remembered. */
	readonly hashes?: FileHashes;
	/** Absent: the machine's clock. */
	readonly now?: () => number;
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
	readonly #pins = new Pins();
	readonly #remover: ObjectRemover;
	readonly #memo: HashMemo;
	readonly #contents: Contents;

	constructor(options: FileArtifactsOptions) {
		const { data, publications, user } = options;
		this.#places = new Places(data, user, options.isRoot ?? isRoot());
		this.#publications = publications;
		this.#remover = new ObjectRemover(this.#places, this.#pins);
		this.#objects = new ObjectStore(this.#places, this.#remover);
		this.#staging = new Staging(this.#places, user);
		this.#memo = new HashMemo(options.hashes ?? null, options.now ?? Date.now);
		const digests = new FileDigests(data, this.#memo);
		this.#contents = new Contents(
			digests,
			new ObjectContents(data, digests, this.#memo),
		);
		this.#gatherer = new Gatherer({
			places: this.#places,
			objects: this.#objects,
			digests,
			memo: this.#memo,
		});
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

	peek(path: DataPath): Promise<Source | Problem> {
		return this.#sources.source(path, async (files) => ({
			kind: "files",
			files,
		}));
	}

	files(pattern: string): Promise<Found | Problem> {
		return find(this.#places.data, pattern);
	}

	gather(files: readonly FileStamp[]): Promise<Source | Problem> {
		return this.#gatherer.gather(files);
	}

	contentsOf(
		source: Source,
		signal: AbortSignal,
		note?: (text: string) => void,
	): Promise<string | Problem> {
		return this.#contents.hashOf(source, { signal, note });
	}

	asNow(source: Source): Promise<Source | Problem> {
		return asNow(this.#places, source);
	}

	filesOf(
		source: Source,
		signal: AbortSignal,
	): Promise<readonly ContentFile[] | Problem> {
		return this.#contents.filesOf(source, { signal });
	}

	pin(name: ContainerName, objects: readonly ObjectHash[]): void {
		this.#pins.pin(name, objects);
	}

	unpin(name: ContainerName): void {
		this.#pins.unpin(name);
		this.#reservations.drop(name);
	}

	async has(objects: readonly ObjectHash[]): Promise<boolean> {
		for (const object of objects)
			if (!(await this.#objects.has(object))) return false;
		return true;
	}

	async areWhole(outputs: Iterable<PublishedOutput>): Promise<boolean> {
		for (const output of outputs)
			if (!(await isWhole(this.#places.object(output.object), output)))
				return false;
		return true;
	}

	objects(): AsyncIterable<StoredObject> {
		return this.#objects.all();
	}

	receipts(): Promise<ReadonlySet<ObjectHash>> {
		return receiptsIn(this.#places);
	}

	removeObject(
		hash: ObjectHash,
		isNeeded: () => Promise<boolean>,
	): Promise<boolean> {
		return this.#remover.remove(hash, isNeeded);
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
			pins: this.#pins,
		};
		const collected = await collect(tools, { name, outputs }, signal);
		if (isProblem(collected)) this.#reservations.drop(name);
		return collected;
	}

	project(publications: readonly Publication[]): Promise<readonly string[]> {
		return this.#projection.project(publications);
	}

	discard(name: ContainerName, keep: boolean): Promise<void> {
		this.unpin(name);
		return bounded(
			() => "discard staging",
			() => this.#staging.discard(name, keep),
		);
	}

	async sweep(
		live: ReadonlySet<ContainerName>,
		olderThanMs: number,
	): Promise<Swept> {
		await this.#memo.forgetOld();
		const isLive = (name: ContainerName) =>
			live.has(name) ||
			this.#gatherer.isBusy(name) ||
			this.#remover.isBusy(name);
		return sweepFolder(this.#places, (name) =>
			isLive(name)
				? Promise.resolve(false)
				: this.#staging.isOlder(name, olderThanMs),
		);
	}
}

const isRoot = (): boolean => process.getuid?.() === 0;
