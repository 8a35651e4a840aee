import { Changes } from "./api/changes.ts";
import { Owner } from "./api/owner.ts";
import { type PlanWish, requestOf } from "./api/planned.ts";
import { Reading } from "./api/reading.ts";
import { ScheduledRuns } from "./api/scheduled-runs.ts";
import { FileArtifacts } from "./artifacts/file-artifacts.ts";
import { composeEngine } from "./compose-engine.ts";
import { makeFolder, wishOf } from "./compose-machine.ts";
import { catalogueOf, logsOf } from "./compose-reading.ts";
import { berthFolder, type Config, databaseOf } from "./config.ts";
import type { LoadingProcess } from "./define/loading-process.ts";
import { systemClock as clock } from "./engine/clock.ts";
import { foresee } from "./engine/foresee.ts";
import { GarbageCollector } from "./engine/garbage-collector.ts";
import { LogKeeper } from "./engine/log-keeper.ts";
import { Outage, waitingFor } from "./engine/outage.ts";
import { Scheduler } from "./engine/scheduler.ts";
import { sweep } from "./engine/sweeper.ts";
import type { UnderWay } from "./engine/under-way.ts";
import type { RunId } from "./model/words.ts";
import { chooseRuntime } from "./runtimes/choose.ts";
import { rememberRuntime, runtimeInUse } from "./runtimes/runtime-in-use.ts";
import { instanceOf } from "./store/instance.ts";
import { acquireOwnership, type Ownership } from "./store/sqlite/owner-lock.ts";
import { openStore } from "./store/sqlite/sqlite-store.ts";
import { taskUser } from "./task-user.ts";
import { VERSION } from "./version.ts";

/** Everything that works on a data directory, put together. Null when another process owns it. */
export async function own(
	config: Config,
	told: Told,
	planner?: LoadingProcess,
): Promise<Owned | null> {
	await makeFolder(config.data);
	const ownership = acquireOwnership(berthFolder(config));
	if (!ownership) return null;
	try {
		return await compose(config, told, ownership, planner);
	} catch (error) {
		ownership.release();
		throw error;
	}
}

export interface Owned {
	readonly berth: Owner;
	/** Resolves once the runtime can run tasks; rejects with a sentence when it never will. */
	readonly ready: () => Promise<void>;
	/** Asks until it answers, and says so; or until the signal is raised. */
	readonly untilReady: (signal: AbortSignal) => Promise<void>;
	/** Begin to plan what will be asked for, while other things are waited for. */
	readonly planAhead: (wish: PlanWish) => Promise<void>;
	/** Take up what is not settled (or only that run), and go on with it. Answers with what it took up. */
	readonly begin: (only?: RunId) => Promise<readonly RunId[]>;
	/** Start runs when they are due. Resolves once those that are due already are made. */
	readonly schedule: () => Promise<void>;
	/** Begin nothing more and refuse new runs; resolves once nothing is under way. `onLeft` is told what is. */
	readonly drain: (
		onLeft: (left: readonly UnderWay[]) => void,
	) => Promise<void>;
	/** Remove what no task owns any more. */
	readonly sweep: () => Promise<void>;
	readonly isClosed: () => boolean;
	readonly close: () => Promise<void>;
}

/** Whom to tell what happens beside the answers. */
export interface Told {
	readonly onTrouble: (text: string) => void;
	readonly onNews: (text: string) => void;
	/** An attempt failed or was lost. Who follows the run is told of it there. */
	readonly onBadEnd: (text: string) => void;
	readonly onFatal: (error: unknown) => void;
}

async function compose(
	config: Config,
	told: Told,
	ownership: Ownership,
	planner: LoadingProcess | undefined,
): Promise<Owned> {
	const folder = berthFolder(config);
	const instance = instanceOf(folder);
	const user = await taskUser(config);
	const store = openStore(databaseOf(config));
	const catalogue = catalogueOf(config, planner);
	const inUse = runtimeInUse(folder, await store.active());
	const outage = new Outage(told.onTrouble);
	const onAnswer = (): void => outage.over();
	const { runtime, because } = await chooseRuntime(
		{ ...wishOf(config), onAnswer },
		inUse,
	);
	rememberRuntime(folder, runtime.kind);
	const artifacts = new FileArtifacts({
		data: config.data,
		publications: store,
		hashes: store,
		user,
	});
	const changes = new Changes();
	const logFiles = logsOf(config);
	const logs = new LogKeeper({ runtime, store: logFiles, ...told });
	logFiles.onGrown = () => changes.logGrown();
	const { engine, projector, sensors } = composeEngine({
		config,
		told,
		user,
		instance,
		store,
		runtime,
		artifacts,
		outage,
		changes,
		logs,
		onMended: () => scheduler.wake(),
	});
	const reading = new Reading({
		store,
		artifacts,
		logs: logFiles,
		catalogue,
		instance,
		now: clock.now,
	});
	const scheduled = new ScheduledRuns({ store, catalogue, engine, clock });
	const scheduler: Scheduler = new Scheduler({
		store,
		clock,
		scheduled: () => scheduled.pipelines(),
		begin: (pipeline, schedule, due) =>
			scheduled.begin(pipeline, schedule, due),
		onTrouble: told.onTrouble,
	});
	let isDraining = false;
	let isClosed = false;
	const closing = new AbortController();
	const close = async (): Promise<void> => {
		isClosed = true;
		closing.abort(new Error("berth was closed."));
		projector.close();
		await catalogue.close(); // first of all, because what is being planned keeps the scheduler
		const [hasLetGo, hasStored] = await Promise.all([
			engine.close(),
			logs.close(),
			scheduler.close(),
		]);
		await runtime.close();
		store.close();
		// What has not let go may be moving objects, or writing, yet: then the end of this process gives the folder free.
		if (hasLetGo && hasStored) ownership.release();
	};
	const collector = new GarbageCollector({
		store: store.garbage,
		artifacts,
		now: clock.now,
	});
	const berth = new Owner({
		store,
		artifacts,
		collecting: {
			collector,
			trouble: () => (store.damage ?? engine.trouble)?.message ?? null,
			keepObjects: config.keepObjects,
		},
		engine,
		catalogue,
		reading,
		changes,
		clock,
		foresee: (plan, signal) => {
			const { now } = clock;
			const stored = { results: store, publications: store };
			const parts = { artifacts, runtime, sensors, instance, now, ...stored };
			return foresee(plan, parts, AbortSignal.any([closing.signal, signal]));
		},
		project: () => projector.project(),
		about: async () => ({
			version: VERSION,
			data: config.data,
			pipelines: config.pipelines,
			instance,
			runtime: runtime.kind,
			because,
			parallel: config.parallel,
			troubles: [
				...[store.damage ?? engine.trouble].flatMap(
					(trouble) => trouble?.message ?? [],
				),
				...logs.troubles(),
				...projector.problems,
			],
			isHeld: (store.damage ?? engine.trouble) !== null,
		}),
		onVarChange: () => scheduler.wake(),
		isDraining: () => isDraining,
		close,
	});
	return {
		berth,
		ready: async () => void (await runtime.ready()),
		untilReady: async (signal) => {
			const met = (text: string): void => outage.met(waitingFor(text));
			await runtime.untilReady(signal, met);
			if (!signal.aborted) outage.over();
		},
		planAhead: async (wish) =>
			catalogue.planAhead(await requestOf(wish, store, clock.now())),
		begin: async (only) => {
			await projector.project();
			const left = (await store.active()).filter(
				({ id }) => only === undefined || id === only,
			);
			for (const run of left) engine.add(run);
			return left.map(({ id }) => id);
		},
		schedule: () => {
			catalogue.onChange(() => scheduler.wake());
			return scheduler.start();
		},
		drain: (onLeft) => {
			isDraining = true;
			void scheduler.close();
			return engine.drain(onLeft);
		},
		sweep: () =>
			sweep({
				runtime,
				artifacts,
				logs: logFiles,
				keepLogsMs: config.keepLogsMs,
				active: () => store.active(),
				instance,
				now: clock.now,
				onSwept: told.onNews,
				onTrouble: (text) => {
					if (!isClosed) told.onTrouble(text);
				},
			}),
		isClosed: () => isClosed,
		close,
	};
}
