import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileArtifacts } from "../../orchestrator/artifacts/file-artifacts.ts";
import type { Artifacts } from "../../orchestrator/artifacts/port.ts";
import { Cache } from "../../orchestrator/engine/cache.ts";
import { type Clock, systemClock } from "../../orchestrator/engine/clock.ts";
import { ContainerWorker } from "../../orchestrator/engine/container-worker.ts";
import { Engine } from "../../orchestrator/engine/engine.ts";
import { Lanes } from "../../orchestrator/engine/lanes.ts";
import { LogKeeper } from "../../orchestrator/engine/log-keeper.ts";
import { Outage } from "../../orchestrator/engine/outage.ts";
import { Projector } from "../../orchestrator/engine/projector.ts";
import { Promoter } from "../../orchestrator/engine/promoter.ts";
import { WorkerByKind } from "../../orchestrator/engine/worker-by-kind.ts";
import { beginRun } from "../../orchestrator/model/begin.ts";
import type { Event } from "../../orchestrator/model/events.ts";
import type { Plan } from "../../orchestrator/model/plan.ts";
import type { Run } from "../../orchestrator/model/run.ts";
import { isSettled } from "../../orchestrator/model/status.ts";
import type { Instant, RunId } from "../../orchestrator/model/words.ts";
import type { Runtime } from "../../orchestrator/runtimes/port.ts";
import { WorldSensors } from "../../orchestrator/sensors/world-sensors.ts";
import { LogFiles } from "../../orchestrator/store/log-files.ts";
import type { LogStore } from "../../orchestrator/store/logs-port.ts";
import type { RunDetail } from "../../orchestrator/store/port.ts";
import {
	openStore,
	type SqliteStore,
} from "../../orchestrator/store/sqlite/sqlite-store.ts";
import { removeUnderfoot } from "./remove-underfoot.ts";

/** A real engine on a real store and a real data directory; only the containers are the test's. */
export class EngineRig {
	readonly data: string;
	readonly store: SqliteStore;
	readonly artifacts: Artifacts;
	readonly engine: Engine;
	readonly logs: LogFiles;
	/** What did not answer, or went wrong and was tried again. */
	readonly troubles: string[] = [];
	/** What was told of attempts that failed or were lost. */
	readonly badEnds: string[] = [];
	/** Everything that happened, in order. */
	readonly journal: Event[] = [];
	readonly outage = new Outage((text) => void this.troubles.push(text));
	readonly #keeper: LogKeeper;
	readonly #projector: Projector;
	readonly #cache: Cache;
	readonly #watchers = new Set<{
		readonly holds: (run: Run) => boolean;
		readonly resolve: () => void;
	}>();
	readonly #settled = new Map<RunId, () => void>();
	#closed: Promise<void> | null = null;

	constructor(runtime: Runtime, options: RigOptions = {}) {
		const { slots = 2, clock = systemClock, instance = INSTANCE } = options;
		this.data = options.data ?? mkdtempSync(join(tmpdir(), "berth-engine-"));
		const user = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
		this.store = options.store ?? openStore(join(this.data, "berth.db"));
		const publications = this.store;
		const artifacts =
			options.artifacts ??
			new FileArtifacts({
				data: this.data,
				publications,
				hashes: this.store,
				user,
			});
		this.artifacts = artifacts;
		this.logs = new LogFiles(join(this.data, ".berth/logs"), LOG_BYTES);
		const onTrouble = (text: string): void => void this.troubles.push(text);
		this.#keeper = new LogKeeper({
			runtime,
			store: options.logs ?? this.logs,
			onTrouble,
		});
		const sensors = new WorldSensors({ artifacts, publications, clock });
		const now = (): Instant => clock.now();
		this.#cache = new Cache({
			results: this.store,
			artifacts,
			instance,
			now,
			run: (id) => this.engine.run(id),
		});
		const promoter = new Promoter({ artifacts, publications, instance, now });
		const containers = new ContainerWorker({
			runtime,
			artifacts,
			cache: this.#cache,
			logs: this.#keeper,
			store: this.store,
			clock,
			instance,
			logBytes: LOG_BYTES,
			user: `${user.uid}:${user.gid}`,
		});
		this.#projector = new Projector({
			store: this.store,
			artifacts,
			clock,
			onTrouble,
			onProjected: () => sensors.published(),
		});
		this.engine = new Engine({
			store: this.store,
			clock,
			slots,
			lanes: new Lanes({
				worker: new WorkerByKind({ containers, sensors, promoter, clock }),
				tell: (run, observation) => this.engine.observe(run, observation),
				onTrouble,
				outage: this.outage,
			}),
			project: () => this.#projector.project(),
			onTrouble,
			onBadEnd: (_run, { story }) => void this.badEnds.push(story),
			onMended: () => undefined,
			onTaken: (run) => this.#cache.takeUp(run),
			onChange: (run, events) => this.#changed(run, events),
			onFatal: (error) => {
				throw error;
			},
		});
	}

	/** Make a run of this plan and take it up. */
	async begin(plan: Plan, id: string = "p@2026-11-20~1"): Promise<RunId> {
		const run = { id: id as RunId, plan };
		await this.store.create({
			...run,
			trigger: { kind: "hand" },
			createdAt: systemClock.now(),
			carried: [],
		});
		this.engine.add(beginRun(run));
		return run.id;
	}

	/** The run once nothing of it is left. */
	async settled(id: RunId): Promise<RunDetail> {
		if (this.engine.run(id))
			await new Promise<void>((resolve) => this.#settled.set(id, resolve));
		return this.detail(id);
	}

	async detail(id: RunId): Promise<RunDetail> {
		const detail = await this.store.run(id);
		if (!detail) throw new Error(`There is no run ${id}.`);
		return detail;
	}

	/** Let go of everything, as a process that ends does; the data stays. */
	close(): Promise<void> {
		this.#closed ??= this.#close();
		return this.#closed;
	}

	async #close(): Promise<void> {
		this.#projector.close();
		await this.engine.close();
		await this.#keeper.close();
		this.store.close();
	}

	/** What closing does not wait for, as of a disk that is busy, may still write. */
	async remove(): Promise<void> {
		await this.close();
		await removeUnderfoot(this.data);
	}

	/** Resolves once this holds of a run that has just changed. */
	async until(holds: (run: Run) => boolean): Promise<void> {
		await new Promise<void>((resolve) =>
			this.#watchers.add({ holds, resolve }),
		);
	}

	#changed(run: Run, events: readonly Event[]): void {
		for (const watcher of this.#watchers)
			if (watcher.holds(run) && this.#watchers.delete(watcher))
				watcher.resolve();
		this.#cache.seen(run, events);
		this.journal.push(...events);
		if (isSettled(run)) this.#settled.get(run.id)?.();
	}
}

export interface RigOptions {
	readonly slots?: number;
	readonly clock?: Clock;
	readonly instance?: string;
	/** Instead of the real ones, in the data directory. */
	readonly artifacts?: Artifacts;
	readonly logs?: LogStore;
	readonly store?: SqliteStore;
	/** To go on with what another one left. */
	readonly data?: string;
}

const LOG_BYTES = 64 * 2 ** 20;

export const INSTANCE = "aaaaaaaaaa";
