import type {
	ContainerWork,
	FilesWork,
	Plan,
	PromoteWork,
	Task,
	Wall,
} from "../../orchestrator/model/plan.ts";
import type { Prepared, Value } from "../../orchestrator/model/task-state.ts";
import type {
	DataPath,
	Instant,
	TaskName,
} from "../../orchestrator/model/words.ts";

/** Plain words made into the model's, for tests. */
export const named = (name: string): TaskName => name as TaskName;
export const instant = (ms: number): Instant => ms as Instant;

/** A plan of these tasks; a task comes after everything it waits for. */
export const aPlan = (...tasks: readonly Task[]): Plan => ({
	pipeline: "p",
	ds: "2026-11-20",
	params: {},
	vars: {},
	oneAtATime: false,
	tasks,
});

/** A container that is tried once and may take as long as it likes, unless told otherwise. */
export const aTask = (
	name: string,
	wish: Wish & { readonly work?: Partial<ContainerWork> } = {},
): Task => task(name, wish, { ...CONTAINER, ...wish.work });

/** Waits for files: once and for ever, unless told otherwise. */
export const aSensor = (
	name: string,
	wish: Wish & { readonly work?: Partial<FilesWork> } = {},
): Task => task(name, wish, { ...FILES, ...wish.work });

/** Moves a path to what another path holds, unless told otherwise. */
export const aPromotion = (
	name: string,
	wish: Wish & { readonly work?: Partial<PromoteWork> } = {},
): Task => task(name, wish, { ...PROMOTE, ...wish.work });

/** What may be told about any task. `retries` as a number pauses for 5 ms first. */
export interface Wish {
	readonly after?: readonly string[];
	readonly join?: Task["join"];
	readonly retries?: number | Task["retries"];
	readonly timeoutMs?: number;
}

const task = (name: string, wish: Wish, work: Task["work"]): Task => ({
	name: named(name),
	work,
	after: (wish.after ?? []).map(named),
	join: wish.join ?? "all-succeeded",
	retries: retriesOf(wish.retries ?? 0),
	...(wish.timeoutMs === undefined ? {} : { timeoutMs: wish.timeoutMs }),
});

const retriesOf = (wish: number | Task["retries"]): Task["retries"] =>
	typeof wish === "number" ? { times: wish, backoffMs: 5 } : wish;

/** What preparing found out. */
export const aPrepared = (image = "i"): Prepared => ({
	image: { id: image, key: `key of ${image}` },
	command: [],
	env: {},
	in: {},
});

/** What a task gave that had nothing to give. */
export const aValue: Value = { outputs: {}, result: null, found: null };

/** What a task gets that asks for nothing. */
export const WALL: Wall = {
	memoryBytes: 512 * 1024 * 1024,
	cpus: 1,
	pids: 100,
	diskBytes: 1024 ** 3,
	tmpfs: {},
	ulimits: [],
	network: "none",
	dns: [],
	extraHosts: [],
	devices: [],
	pull: "missing",
	mounts: [],
};

const CONTAINER: ContainerWork = {
	kind: "container",
	image: "i",
	command: [],
	env: {},
	in: {},
	out: {},
	skipOn: [99],
	graceMs: 10_000,
	wall: WALL,
};

const FILES: FilesWork = {
	kind: "files",
	in: "inbox",
	settledMs: 0,
	minAgeMs: 0,
};

const PROMOTE: PromoteWork = {
	kind: "promote",
	from: { from: "path", path: "models/new" },
	to: "models/production" as DataPath,
};
