import type { Catalogue } from "../define/port.ts";
import type { Clock } from "../engine/clock.ts";
import type { Engine } from "../engine/engine.ts";
import type { Scheduled } from "../engine/scheduler.ts";
import { standsInTheWayOf } from "../model/admission.ts";
import { scheduledRunId } from "../model/names.ts";
import { dsOf, type Schedule } from "../model/schedule.ts";
import { isRunOver } from "../model/status.ts";
import type { Instant } from "../model/words.ts";
import type { NewRun, Store } from "../store/port.ts";
import { takeUp } from "./take-up.ts";

/** Makes the runs that schedules ask for. Each can exist only once, because its id is the pipeline and the instant due. */
export class ScheduledRuns {
	readonly #parts: Parts;
	#schedules: ReadonlyMap<string, Schedule> = new Map();

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	/** A file that cannot be loaded now keeps the schedule that it had: what is due meanwhile is told, and run once it can be. */
	async pipelines(): Promise<Scheduled[]> {
		const entries = await this.#parts.catalogue.list();
		const schedules = new Map<string, Schedule>();
		for (const entry of entries) {
			const schedule =
				entry.kind === "pipeline"
					? entry.schedule
					: this.#schedules.get(entry.name ?? "");
			if (entry.name !== null && schedule) schedules.set(entry.name, schedule);
		}
		this.#schedules = schedules;
		return [...schedules].map(([name, schedule]) => ({ name, schedule }));
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
			(run) => standsInTheWayOf(pipeline, run) && !isRunOver(run),
		);
	}
}

interface Parts {
	readonly store: Store;
	readonly catalogue: Catalogue;
	readonly engine: Engine;
	readonly clock: Clock;
}
