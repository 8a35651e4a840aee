import type { Observation } from "../model/events.ts";
import type { Instant } from "../model/words.ts";
import type { Sensors } from "../sensors/port.ts";
import type { Clock } from "./clock.ts";
import type { ContainerWorker } from "./container-worker.ts";
import type { Promoter } from "./promoter.ts";
import type { Work, Worker } from "./worker.ts";

/** One worker for each kind of work, and no kind without one. */
export class WorkerByKind implements Worker {
	readonly #containers: ContainerWorker;
	readonly #sensors: Sensors;
	readonly #promoter: Promoter;
	readonly #clock: Clock;

	constructor(parts: {
		readonly containers: ContainerWorker;
		readonly sensors: Sensors;
		readonly promoter: Promoter;
		readonly clock: Clock;
	}) {
		this.#containers = parts.containers;
		this.#sensors = parts.sensors;
		this.#promoter = parts.promoter;
		this.#clock = parts.clock;
	}

	now(): Instant {
		return this.#clock.now();
	}

	async mayHaveBegun(work: Work): Promise<boolean> {
		switch (work.command.task.work.kind) {
			case "container":
				return await this.#containers.mayHaveBegun(work);
			case "files":
			case "publication":
			case "promote":
				return false;
		}
	}

	async perform(work: Work): Promise<Observation | null> {
		const { task, attempt } = work.command;
		switch (task.work.kind) {
			case "container":
				return this.#containers.perform(work, task.work);
			case "promote":
				return this.#promoter.perform(work, task.work);
			case "files":
			case "publication": {
				const source = await this.#sensors.watch(
					task.work,
					work.note,
					work.signal,
				);
				return {
					type: "found",
					task: task.name,
					attempt,
					source,
					at: this.now(),
				};
			}
		}
	}
}
