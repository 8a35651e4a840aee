import type { Catalogue } from "../define/port.ts";
import type { Clock } from "../engine/clock.ts";
import type { Engine } from "../engine/engine.ts";
import type { Scheduled } from "../engine/scheduler.ts";
import { scheduledRunId } from "../model/names.ts";
import { dsOf, type Schedule } from "../model/schedule.ts";
import { isRunOver } from "../model/status.ts";
import type { Instant } from "../model/words.ts";
import type { NewRun, Store } from "../store/port.ts";
import { takeUp } from "./take-up.ts";

/** Makes the runs that schedules ask for. Each can exist only once, because its id is the pipeline and the instant due. */
export class ScheduledRuns {
	readonly #parts: Parts;

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	async pipelines(): Promise<Scheduled[]> {
		const entries = await this.#parts.catalogue.list();
		return entries.flatMap((entry) =>
			entry.kind === "pipeline" && entry.schedule !== null
				? [{ name: entry.name, schedule: entry.schedule }]
				: [],
		);
	}

	/** Null once its run exists, or must not; else a sentence that says why it cannot be made. */
	async begin(
		pipeline: string,
		schedule: Schedule,
		due: Instant,
	): Promise<string | null> {
		if (schedule.overlap === "skip" && this.#isActive(pipeline)) return null;
		const { store, catalogue, engine, clock } = this.#parts;
		const vars = await store.vars();
		const plan = await catalogue.plan({
			pipeline,
			ds: dsOf(due, schedule.zone),
			params: {},
			vars: Object.fromEntries(vars.map(({ name, value }) => [name, value])),
		});
		if ("kind" in plan) return plan.message;
		const run: NewRun = {
			id: scheduledRunId(pipeline, due),
			plan: { ...plan, oneAtATime: schedule.overlap === "queue" },
			trigger: { kind: "schedule", due },
			createdAt: clock.now(),
			carried: [],
		};
		await takeUp({ store, engine }, run);
		return null;
	}

	#isActive(pipeline: string): boolean {
		return [...this.#parts.engine.active()].some(
			(run) => run.plan.pipeline === pipeline && !isRunOver(run),
		);
	}
}

interface Parts {
	readonly store: Store;
	readonly catalogue: Catalogue;
	readonly engine: Engine;
	readonly clock: Clock;
}
