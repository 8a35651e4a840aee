import type { Changes } from "./api/changes.ts";
import type { FileArtifacts } from "./artifacts/file-artifacts.ts";
import type { Told } from "./compose.ts";
import type { Config } from "./config.ts";
import { Cache } from "./engine/cache.ts";
import { systemClock as clock } from "./engine/clock.ts";
import { ContainerWorker } from "./engine/container-worker.ts";
import { Engine } from "./engine/engine.ts";
import { Lanes } from "./engine/lanes.ts";
import type { LogKeeper } from "./engine/log-keeper.ts";
import type { Outage } from "./engine/outage.ts";
import { Projector } from "./engine/projector.ts";
import { Promoter } from "./engine/promoter.ts";
import { WorkerByKind } from "./engine/worker-by-kind.ts";
import { isSettled } from "./model/status.ts";
import type { Runtime } from "./runtimes/port.ts";
import { WorldSensors } from "./sensors/world-sensors.ts";
import type { SqliteStore } from "./store/sqlite/sqlite-store.ts";
import type { User } from "./task-user.ts";

/** The engine, and everything that it moves: containers, sensors, promotions, and the links of what is published. */
export function composeEngine(parts: EngineWorld) {
	const { config, told, user, instance, store, runtime, artifacts } = parts;
	const { outage, changes, logs, onMended } = parts;
	const sensors = new WorldSensors({ artifacts, publications: store, clock });
	const cache: Cache = new Cache({
		results: store,
		artifacts,
		instance,
		now: clock.now,
		run: (id) => engine.run(id),
	});
	const containers = new ContainerWorker({
		runtime,
		artifacts,
		cache,
		logs,
		store,
		clock,
		instance,
		logBytes: config.logBytes,
		user: `${user.uid}:${user.gid}`,
	});
	const promoter = new Promoter({
		artifacts,
		publications: store,
		instance,
		now: clock.now,
	});
	const worker = new WorkerByKind({ containers, sensors, promoter, clock });
	const lanes: Lanes = new Lanes({
		worker,
		tell: (run, observation) => engine.observe(run, observation),
		onTrouble: told.onTrouble,
		outage,
	});
	const projector = new Projector({
		store,
		artifacts,
		clock,
		onTrouble: told.onTrouble,
		onProjected: () => sensors.published(),
	});
	const engine: Engine = new Engine({
		store,
		lanes,
		clock,
		slots: config.parallel,
		project: () => projector.project(),
		onTrouble: told.onTrouble,
		onBadEnd: (run, { task, attempt, story }) =>
			told.onBadEnd(`${run}/${task}/${attempt}: ${story}`),
		onTaken: (run) => cache.takeUp(run),
		onChange: (run, events) => {
			cache.seen(run, events);
			changes.runChanged(run.id, isSettled(run));
		},
		onMended: () => {
			onMended();
			void projector.project();
		},
		onFatal: told.onFatal,
	});
	return { engine, projector, sensors };
}

interface EngineWorld {
	readonly config: Config;
	readonly told: Told;
	/** Whom tasks run as. */
	readonly user: User;
	readonly instance: string;
	readonly store: SqliteStore;
	readonly runtime: Runtime;
	readonly artifacts: FileArtifacts;
	readonly outage: Outage;
	readonly changes: Changes;
	readonly logs: LogKeeper;
	/** The store can be written again. */
	readonly onMended: () => void;
}
