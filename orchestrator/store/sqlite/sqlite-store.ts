import type { Database } from "better-sqlite3";
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
import { connect, connectReadonly } from "./connect.ts";
import { runCreator } from "./create.ts";
import { fileHashes } from "./file-hashes.ts";
import { garbageStore } from "./garbage-store.ts";
import { historyReader } from "./history.ts";
import { provenanceReader } from "./provenance.ts";
import { publicationReader } from "./publications.ts";
import { publicationConfirmer } from "./publish.ts";
import { recipeReader } from "./recipes.ts";
import { resultReader } from "./results.ts";
import { runReader } from "./runs.ts";
import { settings } from "./settings.ts";
import { Transactions } from "./transactions.ts";

/** Opens the store that lies in this file. Only the owner of a data directory may write to it. */
export const openStore = (
	file: string,
	options: { readonly readonly?: boolean } = {},
): SqliteStore =>
	new SqliteStore(options.readonly ? connectReadonly(file) : connect(file));

/** The store in one SQLite file. Each method is one transaction. */
export class SqliteStore implements Store, Provenance {
	/** What nobody needs. */
	readonly garbage: Garbage;
	readonly #transactions: Transactions;
	readonly #create: ReturnType<typeof runCreator>;
	readonly #write: ReturnType<typeof changeWriter>;
	readonly #runs: ReturnType<typeof runReader>;
	readonly #publications: ReturnType<typeof publicationReader>;
	readonly #confirm: ReturnType<typeof publicationConfirmer>;
	readonly #histories: ReturnType<typeof historyReader>;
	readonly #provenance: ReturnType<typeof provenanceReader>;
	readonly #results: ReturnType<typeof resultReader>;
	readonly #recipes: ReturnType<typeof recipeReader>;
	readonly #settings: ReturnType<typeof settings>;
	readonly #hashes: ReturnType<typeof fileHashes>;

	constructor(sqlite: Database) {
		this.#transactions = new Transactions(sqlite);
		this.#create = runCreator(sqlite);
		this.#write = changeWriter(sqlite);
		this.#runs = runReader(sqlite);
		this.#publications = publicationReader(sqlite);
		this.#confirm = publicationConfirmer(sqlite);
		this.#histories = historyReader(sqlite);
		this.#provenance = provenanceReader(sqlite);
		this.#results = resultReader(sqlite);
		this.#recipes = recipeReader(sqlite);
		this.#settings = settings(sqlite);
		this.#hashes = fileHashes(sqlite);
		this.garbage = garbageStore(sqlite, this.#transactions);
	}

	/** That it was found damaged, by whoever asked; null while it was not. */
	get damage(): StoreUnavailable | null {
		return this.#transactions.damage;
	}

	create(run: NewRun): Promise<boolean> {
		return this.#transactions.lastingly("new run", () => this.#create(run));
	}

	commit(changes: readonly Change[]): Promise<void> {
		return this.#transactions.write(
			() => eventsIn(changes),
			() => {
				for (const change of changes) this.#write(change);
			},
		);
	}

	active(): Promise<readonly Run[]> {
		return this.#transactions.read(() => this.#runs.active());
	}

	runs(filter: RunFilter): Promise<readonly RunRecord[]> {
		return this.#transactions.read(() => this.#runs.runs(filter));
	}

	run(id: RunId, leaveOut?: "inputs"): Promise<RunDetail | null> {
		return this.#transactions.read(() => this.#runs.run(id, leaveOut));
	}

	events(run: RunId): Promise<readonly Event[]> {
		return this.#transactions.read(() => this.#runs.events(run));
	}

	newest(path: DataPath): Promise<Publication | null> {
		return this.#transactions.read(() => this.#publications.newest(path));
	}

	covering(path: DataPath): Promise<Publication | null> {
		return this.#transactions.read(() => this.#publications.covering(path));
	}

	entangled(path: DataPath): Promise<readonly Publication[]> {
		return this.#transactions.read(() => this.#publications.entangled(path));
	}

	published(prefix: string): Promise<readonly Publication[]> {
		return this.#transactions.read(() => this.#publications.published(prefix));
	}

	history(path: DataPath): Promise<readonly Publication[]> {
		return this.#transactions.read(() => this.#publications.history(path));
	}

	entries(path: DataPath): Promise<readonly HistoryEntry[]> {
		return this.#transactions.read(() => this.#histories.entries(path));
	}

	ofObject(object: ObjectHash): Promise<Publication | null> {
		return this.#transactions.read(() => this.#publications.ofObject(object));
	}

	publication(id: number): Promise<Publication | null> {
		return this.#transactions.read(() => this.#publications.byId(id));
	}

	attempt(id: AttemptId): Promise<AttemptFacts | null> {
		return this.#transactions.read(() => this.#provenance.attempt(id));
	}

	planned(run: RunId): Promise<PlannedRun | null> {
		return this.#transactions.read(() => this.#provenance.planned(run));
	}

	taskState(run: RunId, task: TaskName): Promise<TaskState | null> {
		return this.#transactions.read(() => this.#provenance.taskState(run, task));
	}

	objectsLike(prefix: string, most: number): Promise<readonly ObjectHash[]> {
		return this.#transactions.read(() =>
			this.#provenance.objectsLike(prefix, most),
		);
	}

	confirm(path: DataPath, object: ObjectHash, at: Instant): Promise<boolean> {
		return this.#transactions.lastingly("what a path holds", () =>
			this.#confirm(path, object, at),
		);
	}

	unprojected(): Promise<readonly Publication[]> {
		return this.#transactions.read(() => this.#publications.unprojected());
	}

	markProjected(ids: readonly number[]): Promise<void> {
		return this.#transactions.write("what is projected", () =>
			this.#publications.markProjected(ids),
		);
	}

	resultOf(fingerprint: Fingerprint): Promise<KnownResult | null> {
		return this.#transactions.read(() => this.#results.resultOf(fingerprint));
	}

	knownHashes(paths: readonly string[]): Promise<readonly FileHash[]> {
		return this.#transactions.read(() => this.#hashes.known(paths));
	}

	rememberHashes(hashes: readonly FileHash[]): Promise<void> {
		return this.#transactions.write("file hashes", () =>
			this.#hashes.remember(hashes),
		);
	}

	forgetHashes(before: Instant, most: number): Promise<number> {
		return this.#transactions.write("forgotten file hashes", () =>
			this.#hashes.forget(before, most),
		);
	}

	recipes(of: RecipesOf): Promise<readonly MadeAttempt[]> {
		return this.#transactions.read(() => this.#recipes.recipes(of));
	}

	oneTask(run: RunId, task: TaskName): Promise<OneTask | null> {
		return this.#transactions.read(() => this.#recipes.oneTask(run, task));
	}

	vars(): Promise<readonly Variable[]> {
		return this.#transactions.read(() => this.#settings.vars());
	}

	setVar(name: string, value: string, at: Instant): Promise<void> {
		return this.#transactions.lastingly("variable", () =>
			this.#settings.setVar(name, value, at),
		);
	}

	unsetVar(name: string): Promise<boolean> {
		return this.#transactions.lastingly("variable", () =>
			this.#settings.unsetVar(name),
		);
	}

	scheduledUpTo(pipeline: string, schedule: string): Promise<Instant | null> {
		return this.#transactions.read(() =>
			this.#settings.scheduledUpTo(pipeline, schedule),
		);
	}

	setScheduledUpTo(
		pipeline: string,
		schedule: string,
		at: Instant,
	): Promise<void> {
		return this.#transactions.write("schedule", () =>
			this.#settings.setScheduledUpTo(pipeline, schedule, at),
		);
	}

	durable(): Promise<void> {
		return this.#transactions.durable();
	}

	close(): void {
		this.#transactions.close();
	}
}

const eventsIn = (changes: readonly Change[]): string =>
	changes.flatMap(({ events }) => events.map(({ type }) => type)).join(" + ");
