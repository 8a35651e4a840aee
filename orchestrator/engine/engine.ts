import { type BadEnd, badEnds } from "../model/bad-ends.ts";
import { commands } from "../model/commands.ts";
import { alarm } from "../model/decide.ts";
import type { Event, Observation } from "../model/events.ts";
import type { Run } from "../model/run.ts";
import { isSettled } from "../model/status.ts";
import type { RunId, TaskName } from "../model/words.ts";
import type { Store } from "../store/port.ts";
import type { StoreUnavailable } from "../store/trouble-port.ts";
import { type Decided, decideAll } from "./decide-all.ts";
import type { Lanes } from "./lanes.ts";
import { Mail } from "./mail.ts";
import { Memory, type MemoryParts } from "./memory.ts";
import { type UnderWay, underWayIn } from "./under-way.ts";

/**
 * One small loop: fold all observations that wait, decide, remember, act. It sleeps until the next observation or alarm.
 * Starting and recovering are the same act: take up every run that is not settled.
 */
export class Engine {
	readonly #parts: EngineParts;
	/** Runs that are not settled, oldest first. */
	readonly #runs = new Map<RunId, Run>();
	#mail = new Mail();
	#loop: Promise<void> | null = null;
	#bell = new AbortController();
	readonly #closed = new AbortController();
	readonly #memory: Memory;
	/** Told after each turn what is still under way; null while berth is not to come to rest. */
	#onLeft: ((left: readonly UnderWay[]) => void) | null = null;

	constructor(parts: EngineParts) {
		this.#parts = parts;
		this.#memory = new Memory(parts);
	}

	async start(): Promise<void> {
		for (const run of await this.#parts.store.active()) this.add(run);
	}

	/** Take up a run that the store holds. */
	add(run: Run): void {
		if (this.#runs.has(run.id)) return;
		this.#runs.set(run.id, run);
		this.#parts.onTaken(run);
		this.#mail.fresh.add(run.id);
		this.#wake();
	}

	/** The run as it is now; undefined once it is settled. */
	run(id: RunId): Run | undefined {
		return this.#runs.get(id);
	}

	active(): Iterable<Run> {
		return this.#runs.values();
	}

	/** Why nothing can be remembered now, and so nothing is decided; null when all is well. */
	get trouble(): StoreUnavailable | null {
		return this.#memory.trouble;
	}

	observe(run: RunId, observation: Observation): void {
		this.#mail.add(run, observation);
		this.#wake();
	}

	/**
	 * Bring to its end what is under way in the world, and begin nothing more. Resolves once nothing is left; `onLeft` is told after each turn what is.
	 * Rejects with the trouble when no end can be remembered any more.
	 */
	async drain(onLeft: (left: readonly UnderWay[]) => void): Promise<void> {
		const { promise, resolve, reject } = Promise.withResolvers<void>();
		this.#parts.lanes.finishOnly();
		// Not before the turn that may be under way is over: it may be admitting something.
		this.#onLeft = (left) => {
			onLeft(left);
			if (left.length === 0) resolve();
			else if (this.#memory.isLost) reject(this.trouble);
		};
		if (this.#memory.isLost) this.#tellLeft(); // there is no turn any more
		this.#wake();
		await promise;
	}

	/** Stop looking and acting. What runs in the world goes on. False when something has not let go: whoever owns the data directory next must not come before this process is gone. */
	async close(): Promise<boolean> {
		this.#closed.abort();
		this.#bell.abort();
		await this.#loop;
		return await this.#parts.lanes.close();
	}

	#wake(): void {
		if (this.#loop || this.#isClosed) return;
		this.#loop = this.#turns().then(
			() => {
				this.#loop = null;
				if (!this.#mail.isEmpty) this.#wake();
			},
			(error: unknown) => this.#parts.onFatal(error),
		);
	}

	async #turns(): Promise<void> {
		do {
			await new Promise(setImmediate);
			await this.#turn();
		} while (!this.#mail.isEmpty && !this.#isClosed);
		this.#setAlarm();
	}

	get #isClosed(): boolean {
		return this.#closed.signal.aborted;
	}

	async #turn(): Promise<void> {
		const mail = this.#mail;
		this.#mail = new Mail();
		const changes = decideAll(this.#runs.values(), mail.observed, {
			now: this.#parts.clock.now(),
			slots: this.#parts.slots,
			beginsMore: this.#onLeft === null,
		});
		const isRemembered = await this.#memory.remember(changes);
		if (isRemembered) await this.#act(changes, mail.fresh);
		this.#tellLeft();
		if (!isRemembered) await this.#holdOn(mail);
	}

	#tellLeft(): void {
		this.#onLeft?.(underWayIn(this.#runs.values()));
	}

	/** What cannot be remembered is neither done nor forgotten. What runs goes on, and what is observed meanwhile waits. */
	async #holdOn(mail: Mail): Promise<void> {
		this.#mail.putBack(mail);
		for (const id of mail.observed.keys()) {
			const run = this.#runs.get(id);
			if (run) this.#parts.onChange(run, []);
		}
		await this.#memory.rest(this.#closed.signal);
	}

	async #act(
		changes: readonly Decided[],
		fresh: ReadonlySet<RunId>,
	): Promise<void> {
		for (const { run } of changes) this.#runs.set(run.id, run);
		for (const { before, run, events } of changes)
			for (const end of badEnds(before, events))
				this.#parts.onBadEnd(run.id, end);
		if (changes.some(({ events }) => events.some(hasOutputs)))
			await this.#parts.project();
		for (const { run, events } of changes) this.#keepUp(run, events, fresh);
		for (const id of fresh)
			if (!changes.some(({ run }) => run.id === id))
				this.#keepUp(this.#runs.get(id), [], fresh);
	}

	#keepUp(
		run: Run | undefined,
		events: readonly Event[],
		fresh: ReadonlySet<RunId>,
	): void {
		if (!run) return;
		if (isSettled(run)) this.#runs.delete(run.id);
		const touched = fresh.has(run.id) ? undefined : touchedBy(run, events);
		this.#parts.lanes.keep(run, commands(run, touched), touched);
		this.#parts.onChange(run, events);
	}

	#setAlarm(): void {
		this.#bell.abort();
		this.#bell = new AbortController();
		const { signal } = this.#bell;
		const next = [...this.#runs.values()]
			.map((run) => (run.begun === null ? null : alarm(run)))
			.filter((at) => at !== null)
			.sort((a, b) => a - b)[0];
		if (next === undefined || this.#isClosed) return;
		void this.#parts.clock.sleepUntil(next, signal).then(
			() => signal.aborted || this.#ring(),
			() => undefined,
		);
	}

	#ring(): void {
		const now = this.#parts.clock.now();
		for (const run of this.#runs.values())
			if ((alarm(run) ?? Number.POSITIVE_INFINITY) <= now)
				this.#mail.add(run.id);
		this.#wake();
	}
}

export interface EngineParts extends MemoryParts {
	readonly store: Store;
	readonly lanes: Lanes;
	/** How many containers may be up at once. */
	readonly slots: number;
	/** Bring the symlinks of what was published in place. Never rejects: it counts, whether people can see it at its path or not. */
	readonly project: () => Promise<void>;
	/** A run was taken up, as it was stored. */
	readonly onTaken: (run: Run) => void;
	/** An attempt failed or was lost, and that is remembered. */
	readonly onBadEnd: (run: RunId, end: BadEnd) => void;
	/** A run has changed, or is to be looked at by those who wait for it. */
	readonly onChange: (run: Run, events: readonly Event[]) => void;
	/** A mistake of berth's own: what is in memory cannot be trusted any more. */
	readonly onFatal: (error: unknown) => void;
}

/** The tasks whose commands may have changed. A cancel concerns all of them. */
function touchedBy(run: Run, events: readonly Event[]): Set<TaskName> {
	return new Set(
		events.flatMap((event) => {
			if ("task" in event) return [event.task];
			return run.plan.tasks.map(({ name }) => name);
		}),
	);
}

const hasOutputs = (event: Event): boolean =>
	(event.type === "published" || event.type === "unchanged") &&
	Object.keys(event.value.outputs).length > 0;
