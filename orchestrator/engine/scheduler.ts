import type { Schedule } from "../model/schedule.ts";
import { lookedUpTo, nextDue, toRun } from "../model/schedule.ts";
import { type Instant, iso } from "../model/words.ts";
import type { Store } from "../store/port.ts";
import type { Clock } from "./clock.ts";
import { Troubles } from "./troubles.ts";

/** Starts runs when they are due, and makes up for what was due while berth was down. It sleeps until the next one is, at most an hour: clocks jump, and changes of a folder may go unheard. */
export class Scheduler {
	readonly #parts: SchedulerParts;
	readonly #troubles: Troubles;
	#bell = new AbortController();
	#isClosed = false;
	#loop: Promise<void> = Promise.resolve();

	constructor(parts: SchedulerParts) {
		this.#parts = parts;
		this.#troubles = new Troubles(parts.onTrouble);
	}

	/** Resolves once all were looked at for the first time: what was due meanwhile is made by then. */
	async start(): Promise<void> {
		const { promise, resolve } = Promise.withResolvers<void>();
		this.#loop = this.#run(resolve);
		await promise;
	}

	/** Pipelines or variables have changed: look again. */
	wake(): void {
		this.#bell.abort();
	}

	/** A run that is being planned is not made any more; its time stays due. Whoever plans must give up, or be done, on his own. */
	async close(): Promise<void> {
		this.#isClosed = true;
		this.#bell.abort();
		await this.#loop;
	}

	async #run(onLooked: () => void): Promise<void> {
		while (!this.#isClosed) {
			this.#bell = new AbortController();
			const { signal } = this.#bell;
			const next = await this.#lookAtAll();
			onLooked();
			if (signal.aborted) continue;
			await this.#parts.clock.sleepUntil(next, signal).catch(() => undefined);
		}
	}

	/** When to look again. */
	async #lookAtAll(): Promise<Instant> {
		let next = this.#inMs(LONGEST_SLEEP_MS);
		const trouble = await troubleOf("The schedules", async () => {
			for (const pipeline of await this.#parts.scheduled())
				next = earlier(next, await this.#lookAt(pipeline));
			return null;
		});
		return earlier(next, this.#again(EVERYBODY, trouble));
	}

	/** When to look at it again. Whatever is wrong with it is no other pipeline's trouble. */
	async #lookAt(pipeline: Scheduled): Promise<Instant | null> {
		const { name, schedule } = pipeline;
		const now = this.#parts.clock.now();
		const trouble = await troubleOf(`The schedule of pipeline "${name}"`, () =>
			this.#fire(pipeline, now),
		);
		const again = this.#again(name, trouble) ?? NEVER;
		return earlier(again, nextDue(schedule, now));
	}

	/** A time whose run could not be made stays due. Null, or a sentence that says why it is. */
	async #fire(
		{ name, schedule }: Scheduled,
		now: Instant,
	): Promise<string | null> {
		const { store } = this.#parts;
		const key = keyOf(schedule);
		const last = await store.scheduledUpTo(name, key);
		const times = toRun(this.#patient(name, schedule), last, now);
		for (const due of times) {
			const problem = await this.#parts
				.begin(name, schedule, due)
				.catch((error: unknown) => `its run was not made: ${inWords(error)}`);
			if (problem !== null) {
				await store.setScheduledUpTo(name, key, (due - 1) as Instant);
				return `Pipeline "${name}" was due at ${iso(due)}, but ${problem} ${AGAIN}`;
			}
		}
		if (times.length > 0 || last === null)
			await store.setScheduledUpTo(name, key, lookedUpTo(times, now));
		return null;
	}

	/** A time that came while berth was up, and whose run could not be made, is not one that it was down for. */
	#patient(name: string, schedule: Schedule): Schedule {
		return schedule.catchup === "none" && this.#troubles.has(name)
			? { ...schedule, catchup: "latest" }
			: schedule;
	}

	/** When to try again; null when there is no trouble. */
	#again(who: string, trouble: string | null): Instant | null {
		if (this.#isClosed) return null; // whoever was to plan has been told to give up
		if (trouble !== null) return this.#inMs(this.#troubles.met(who, trouble));
		this.#troubles.over(who);
		return null;
	}

	#inMs = (ms: number): Instant => (this.#parts.clock.now() + ms) as Instant;
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

const NEVER = Number.MAX_SAFE_INTEGER as Instant;
const LONGEST_SLEEP_MS = 3_600_000;
const AGAIN =
	"It is tried again within 15 minutes, and as soon as a pipeline or a variable changes.";
/** No pipeline's name. */
const EVERYBODY = "";

/** When it is due has changed when this has: then it is a schedule that was never looked at. */
const keyOf = ({ cron, zone }: Schedule): string => `${cron} ${zone}`;

/** What the work says is wrong, or what it throws. */
const troubleOf = (
	what: string,
	work: () => Promise<string | null>,
): Promise<string | null> =>
	work().catch(
		(error: unknown) =>
			`${what} could not be looked at: ${inWords(error)} ${AGAIN}`,
	);

const inWords = (error: unknown): string =>
	`${(error instanceof Error ? error.message : String(error)).replace(/\.$/, "")}.`;

const earlier = (one: Instant, other: Instant | null): Instant =>
	other !== null && other < one ? other : one;
