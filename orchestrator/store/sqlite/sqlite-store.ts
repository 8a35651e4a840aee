import type { Database } from "better-sqlite3";
import { bounded } from "../../boundary.ts";
import type { Event } from "../../model/events.ts";
import type { Run } from "../../model/run.ts";
import type { TaskState } from "../../model/task-state.ts";
import type {
	AttemptId,
	DataPath,
	Fingerprint,
	Instant,
	ObjectHash,
	RunId,
	TaskName,
} from "../../model/words.ts";
import type { Garbage } from "../garbage-port.ts";
import type { FileHash } from "../hashes-port.ts";
import type { HistoryEntry } from "../history-port.ts";
import type {
	Change,
	KnownResult,
	NewRun,
	Publication,
	RunDetail,
	RunFilter,
	RunRecord,
	Store,
	Variable,
} from "../port.ts";
import type {
	AttemptFacts,
	PlannedRun,
	Provenance,
} from "../provenance-port.ts";
import type { MadeAttempt, OneTask, RecipesOf } from "../recipes-port.ts";
import type { StoreUnavailable } from "../trouble-port.ts";
import { changeWriter } from "./commit.ts";
import { connect, connectReadonly, rewrite } from "./connect.ts";
import { runCreator } from "./create.ts";
import { DiskSync } from "./disk-sync.ts";
import { fileHashes } from "./file-hashes.ts";
import { garbageKeeper } from "./garbage.ts";
import { garbageStore } from "./garbage-store.ts";
import { Guard } from "./guard.ts";
import { historyReader } from "./history.ts";
import { provenanceReader } from "./provenance.ts";
import { publicationReader } from "./publications.ts";
import { recipeReader } from "./recipes.ts";
import { resultReader } from "./results.ts";
import { runReader } from "./runs.ts";
import { settings } from "./settings.ts";

/** Opens the store that lies in this file. Only the owner of a data directory may write to it. */
export const openStore = (
	file: string,
	options: { readonly readonly?: boolean } = {},
): SqliteStore =>
	new SqliteStore(options.readonly ? connectReadonly(file) : connect(file));

/** The store in one SQLite file. Each method runs its transaction to the end before it gives way to anything else. */
export class SqliteStore implements Store, Provenance {
	/** What nobody needs. */
	readonly garbage: Garbage;
	readonly #sqlite: Database;
	readonly #disk: DiskSync;
	readonly #guard: Guard;
	readonly #create: ReturnType<typeof runCreator>;
	readonly #write: ReturnType<typeof changeWriter>;
	readonly #runs: ReturnType<typeof runReader>;
	readonly #publications: ReturnType<typeof publicationReader>;
	readonly #histories: ReturnType<typeof historyReader>;
	readonly #provenance: ReturnType<typeof provenanceReader>;
	readonly #results: ReturnType<typeof resultReader>;
	readonly #recipes: ReturnType<typeof recipeReader>;
	readonly #settings: ReturnType<typeof settings>;
	readonly #hashes: ReturnType<typeof fileHashes>;

	constructor(sqlite: Database) {
		this.#sqlite = sqlite;
		this.#disk = new DiskSync(sqlite.name, () => rewrite(sqlite));
		this.#guard = new Guard(sqlite.name);
		this.#create = runCreator(sqlite);
		this.#write = changeWriter(sqlite);
		this.#runs = runReader(sqlite);
		this.#publications = publicationReader(sqlite);
		this.#histories = historyReader(sqlite);
		this.#provenance = provenanceReader(sqlite);
		this.#results = resultReader(sqlite);
		this.#recipes = recipeReader(sqlite);
		this.#settings = settings(sqlite);
		this.#hashes = fileHashes(sqlite);
		this.garbage = garbageStore(garbageKeeper(sqlite, this.#runs.active), {
			read: (work) => this.#atomically(work),
			write: (what, work) => this.#written(() => what, work),
			lastingly: (what, work) => this.#lastingly(what, work),
		});
	}

	/** That it was found damaged, by whoever asked; null while it was not. */
	get damage(): StoreUnavailable | null {
		return this.#guard.damage;
	}

	create(run: NewRun): Promise<boolean> {
		return this.#lastingly("new run", () => this.#create(run));
	}

	commit(changes: readonly Change[]): Promise<void> {
		return this.#written(
			() => eventsIn(changes),
			() => {
				for (const change of changes) this.#write(change);
			},
		);
	}

	active(): Promise<readonly Run[]> {
		return this.#atomically(() => this.#runs.active());
	}

	runs(filter: RunFilter): Promise<readonly RunRecord[]> {
		return this.#atomically(() => this.#runs.runs(filter));
	}

	run(id: RunId): Promise<RunDetail | null> {
		return this.#atomically(() => this.#runs.run(id));
	}

	events(run: RunId): Promise<readonly Event[]> {
		return this.#atomically(() => this.#runs.events(run));
	}

	newest(path: DataPath): Promise<Publication | null> {
		return this.#atomically(() => this.#publications.newest(path));
	}

	covering(path: DataPath): Promise<Publication | null> {
		return this.#atomically(() => this.#publications.covering(path));
	}

	entangled(path: DataPath): Promise<readonly Publication[]> {
		return this.#atomically(() => this.#publications.entangled(path));
	}

	published(prefix: string): Promise<readonly Publication[]> {
		return this.#atomically(() => this.#publications.published(prefix));
	}

	history(path: DataPath): Promise<readonly Publication[]> {
		return this.#atomically(() => this.#publications.history(path));
	}

	entries(path: DataPath): Promise<readonly HistoryEntry[]> {
		return this.#atomically(() => this.#histories.entries(path));
	}

	ofObject(object: ObjectHash): Promise<Publication | null> {
		return this.#atomically(() => this.#publications.ofObject(object));
	}

	publication(id: number): Promise<Publication | null> {
		return this.#atomically(() => this.#publications.byId(id));
	}

	attempt(id: AttemptId): Promise<AttemptFacts | null> {
		return this.#atomically(() => this.#provenance.attempt(id));
	}

	planned(run: RunId): Promise<PlannedRun | null> {
		return this.#atomically(() => this.#provenance.planned(run));
	}

	taskState(run: RunId, task: TaskName): Promise<TaskState | null> {
		return this.#atomically(() => this.#provenance.taskState(run, task));
	}

	objectsLike(prefix: string, most: number): Promise<readonly ObjectHash[]> {
		return this.#atomically(() => this.#provenance.objectsLike(prefix, most));
	}

	unprojected(): Promise<readonly Publication[]> {
		return this.#atomically(() => this.#publications.unprojected());
	}

	markProjected(ids: readonly number[]): Promise<void> {
		return this.#written(
			() => "what is projected",
			() => this.#publications.markProjected(ids),
		);
	}

	resultOf(fingerprint: Fingerprint): Promise<KnownResult | null> {
		return this.#atomically(() => this.#results.resultOf(fingerprint));
	}

	knownHashes(paths: readonly string[]): Promise<readonly FileHash[]> {
		return this.#atomically(() => this.#hashes.known(paths));
	}

	rememberHashes(hashes: readonly FileHash[]): Promise<void> {
		return this.#written(
			() => "file hashes",
			() => this.#hashes.remember(hashes),
		);
	}

	forgetHashes(before: Instant, most: number): Promise<number> {
		return this.#written(
			() => "forgotten file hashes",
			() => this.#hashes.forget(before, most),
		);
	}

	recipes(of: RecipesOf): Promise<readonly MadeAttempt[]> {
		return this.#atomically(() => this.#recipes.recipes(of));
	}

	oneTask(run: RunId, task: TaskName): Promise<OneTask | null> {
		return this.#atomically(() => this.#recipes.oneTask(run, task));
	}

	vars(): Promise<readonly Variable[]> {
		return this.#atomically(() => this.#settings.vars());
	}

	setVar(name: string, value: string, at: Instant): Promise<void> {
		return this.#lastingly("variable", () =>
			this.#settings.setVar(name, value, at),
		);
	}

	unsetVar(name: string): Promise<boolean> {
		return this.#lastingly("variable", () => this.#settings.unsetVar(name));
	}

	scheduledUpTo(pipeline: string, schedule: string): Promise<Instant | null> {
		return this.#atomically(() =>
			this.#settings.scheduledUpTo(pipeline, schedule),
		);
	}

	setScheduledUpTo(
		pipeline: string,
		schedule: string,
		at: Instant,
	): Promise<void> {
		return this.#written(
			() => "schedule",
			() => this.#settings.setScheduledUpTo(pipeline, schedule, at),
		);
	}

	durable(): Promise<void> {
		return bounded(
			() => "sync",
			() => this.#synced(),
		);
	}

	close(): void {
		void this.#disk.close();
		this.#sqlite.close();
	}

	/** For what someone is told has been done. */
	async #lastingly<T>(what: string, work: () => T): Promise<T> {
		const answer = await this.#written(() => what, work);
		await this.durable();
		return answer;
	}

	#written<T>(what: () => string, work: () => T): Promise<T> {
		return bounded(
			() => `commit ${what()}`,
			() => this.#changing(work),
		);
	}

	async #synced(): Promise<void> {
		try {
			await this.#disk.sync();
		} catch (error) {
			throw this.#guard.told(error);
		}
	}

	async #changing<T>(work: () => T): Promise<T> {
		return this.#guard.write(this.#sqlite.transaction(work));
	}

	async #atomically<T>(work: () => T): Promise<T> {
		return this.#guard.read(this.#sqlite.transaction(work));
	}
}

const eventsIn = (changes: readonly Change[]): string =>
	changes.flatMap(({ events }) => events.map(({ type }) => type)).join(" + ");
