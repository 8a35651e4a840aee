import type { Schedule } from "../model/schedule.ts";
import { lookedUpTo, nextDue, toRun } from "../model/schedule.ts";
import type { Instant } from "../model/words.ts";
import type { Store } from "../store/port.ts";
import type { Clock } from "./clock.ts";

/** Starts runs when they are due, and makes up for what was due while berth was down. It sleeps until the next one is. */
export class Scheduler {
	readonly #parts: SchedulerParts;
	#bell = new AbortController();
	#isClosed = false;
	#loop: Promise<void> = Promise.resolve();

	constructor(parts: SchedulerParts) {
		this.#parts = parts;
	}

	start(): void {
		this.#loop = this.#run();
	}

	/** Pipelines or variables have changed: look again. */
	wake(): void {
		this.#bell.abort();
	}

	async close(): Promise<void> {
		this.#isClosed = true;
		this.#bell.abort();
		await this.#loop;
	}

	async #run(): Promise<void> {
		while (!this.#isClosed) {
			this.#bell = new AbortController();
			const { signal } = this.#bell;
			const next = await this.#fireAll().catch((error: unknown) => {
				this.#parts.onTrouble(
					`The schedules could not be looked at: ${String(error)}`,
				);
				return (this.#parts.clock.now() + AGAIN_MS) as Instant;
			});
			if (signal.aborted) continue;
			const until = next ?? FAR;
			await this.#parts.clock.sleepUntil(until, signal).catch(() => undefined);
		}
	}

	/** The next instant at which any pipeline is due. */
	async #fireAll(): Promise<Instant | null> {
		let next: Instant | null = null;
		for (const pipeline of await this.#parts.scheduled()) {
			const now = this.#parts.clock.now();
			await this.#fire(pipeline, now);
			const due = nextDue(pipeline.schedule, now);
			if (due !== null && (next === null || due < next)) next = due;
		}
		return next;
	}

	/** A time whose run could not be made stays due: it is tried again when something has changed. */
	async #fire({ name, schedule }: Scheduled, now: Instant): Promise<void> {
		const { store } = this.#parts;
		const last = await store.scheduledUpTo(name);
		const times = toRun(schedule, last, now);
		for (const due of times) {
			const problem = await this.#parts.begin(name, schedule, due);
			if (problem !== null) {
				this.#parts.onTrouble(
					`Pipeline "${name}" was due at ${new Date(due).toISOString()}, but ${problem} It is tried again when a pipeline or a variable changes.`,
				);
				await store.setScheduledUpTo(name, (due - 1) as Instant);
				return;
			}
		}
		if (times.length > 0 || last === null)
			await store.setScheduledUpTo(name, lookedUpTo(times, now));
	}
}

export interface Scheduled {
	readonly name: string;
	readonly schedule: Schedule;
}

export interface SchedulerParts {
	readonly store: Pick<Store, "scheduledUpTo" | "setScheduledUpTo">;
	readonly clock: Clock;
	readonly scheduled: () => Promise<readonly Scheduled[]>;
	/** Make the run of this time, once. Null, or a sentence that says why not. */
	readonly begin: (
		pipeline: string,
		schedule: Schedule,
		due: Instant,
	) => Promise<string | null>;
	readonly onTrouble: (text: string) => void;
}

/** When the folder could not be read at all. */
const AGAIN_MS = 60_000;
const FAR = Number.MAX_SAFE_INTEGER as Instant;
