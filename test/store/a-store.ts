import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { beginRun } from "../../orchestrator/model/begin.ts";
import type { Event } from "../../orchestrator/model/events.ts";
import { evolve } from "../../orchestrator/model/evolve.ts";
import type { Task } from "../../orchestrator/model/plan.ts";
import type { Run } from "../../orchestrator/model/run.ts";
import type {
	PublishedOutput,
	Value,
} from "../../orchestrator/model/task-state.ts";
import type {
	DataPath,
	Instant,
	ObjectHash,
	RunId,
	TaskName,
} from "../../orchestrator/model/words.ts";
import type { NewRun, Store } from "../../orchestrator/store/port.ts";
import { openStore } from "../../orchestrator/store/sqlite/sqlite-store.ts";
import { aPlan, aPrepared } from "../rig/plans.ts";

export function aFolder(): string {
	const folder = mkdtempSync(join(tmpdir(), "berth-store-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

export function aStore(file = join(aFolder(), "berth.db")): Store {
	const store = openStore(file);
	onTestFinished(() => store.close());
	return store;
}

export const at = (ms: number): Instant => ms as Instant;
export const task = (name: string): TaskName => name as TaskName;
export const path = (text: string): DataPath => text as DataPath;
export const runId = (text: string): RunId => text as RunId;
export const hash = (digit: string): ObjectHash =>
	digit.repeat(64).slice(0, 64) as ObjectHash;

export const aNewRun = (
	id: string,
	tasks: readonly Task[],
	other: Partial<NewRun> = {},
): NewRun => ({
	id: runId(id),
	plan: {
		...aPlan(...tasks),
		pipeline: id.split("@")[0] ?? id,
		params: { seed: 42 },
	},
	trigger: { kind: "hand" },
	createdAt: at(1_000),
	carried: [],
	...other,
});

export const anOutput = (
	where: string,
	object: ObjectHash,
): PublishedOutput => ({ path: path(where), object, bytes: 10, files: 1 });

export const aValue = (...outputs: PublishedOutput[]): Value => ({
	outputs: Object.fromEntries(outputs.map((output) => [output.path, output])),
	result: null,
	found: null,
});

/** A run that is kept in a store: each turn is folded and committed as the engine does it. */
export class StoredRun {
	readonly store: Store;
	run: Run;

	static async create(store: Store, made: NewRun): Promise<StoredRun> {
		await store.create(made);
		const { id, plan, carried } = made;
		return new StoredRun(store, carried.reduce(evolve, beginRun({ id, plan })));
	}

	constructor(store: Store, run: Run) {
		this.store = store;
		this.run = run;
	}

	async turn(...events: readonly Event[]): Promise<void> {
		this.run = events.reduce(evolve, this.run);
		await this.store.commit([{ run: this.run, events }]);
	}
}

/** The events of one attempt, a second apart. */
export function attempt(name: string, number: number, begun: number) {
	const of = { task: task(name), attempt: number };
	const time = (seconds: number) => ({
		...of,
		at: at(begun + seconds * 1_000),
	});
	return {
		scheduled: { type: "attempt-scheduled", ...time(0) },
		prepared: { type: "prepared", ...time(1), prepared: aPrepared("trainer") },
		admitted: { type: "attempt-admitted", ...time(2) },
		started: { type: "started", ...time(3) },
		exited: (code: number, warning: string | null = null) => ({
			type: "exited",
			...time(4),
			code,
			warning,
		}),
		published: (value: Value) => ({ type: "published", ...time(5), value }),
		released: { type: "released", ...time(6) },
		stopped: (because: "cancelled" | "timed-out") => ({
			type: "stop-requested",
			...time(4),
			because,
		}),
		ended: (message: string) => ({
			type: "ended",
			...time(5),
			ending: { kind: "vanished", message },
		}),
	} as const satisfies Record<string, Event | ((...args: never[]) => Event)>;
}

export const begun: Event = { type: "run-begun", at: at(2_000) };
