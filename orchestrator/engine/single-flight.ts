import type { Run } from "../model/run.ts";
import type { Fingerprint, RunId, TaskName } from "../model/words.ts";

/** One of possibly many that want the same done. */
export interface Wanting {
	readonly run: RunId;
	readonly task: TaskName;
	readonly attempt: number;
}

/**
 * Who wants a fingerprint that another attempt is computing waits until that has come to its end, and is remembered: then it finds the result, or
 * computes it itself. Who finds a result holds nothing, so that any number of them go on at once.
 *
 * In memory, because there is one owner. After a crash `takeUp` tells it again who computes what.
 */
export class SingleFlight {
	readonly #isComputing: (who: Wanting) => boolean;
	readonly #holders = new Map<Fingerprint, Wanting>();
	/** `<run>/<task>` → what its attempt holds. */
	readonly #held = new Map<string, Fingerprint>();
	readonly #waiting = new Map<Fingerprint, Set<() => void>>();

	/** `isComputing`: may the attempt still come to a result? */
	constructor(isComputing: (who: Wanting) => boolean) {
		this.#isComputing = isComputing;
	}

	/** True when the fingerprint is this attempt's to compute; false once who computes it has come to its end: then it is to be looked up again. */
	async take(
		fingerprint: Fingerprint,
		who: Wanting,
		{ onWait, signal }: Waiting,
	): Promise<boolean> {
		signal.throwIfAborted();
		const holder = this.holdIfFree(fingerprint, who);
		if (holder === null) return true;
		onWait(holder);
		await this.#change(fingerprint, signal);
		return false;
	}

	/** Null when it is this attempt's from here on; who computes it otherwise. Whoever computes it in any case need not wait for that one. */
	holdIfFree(fingerprint: Fingerprint, who: Wanting): Wanting | null {
		const holder = this.#holders.get(fingerprint);
		if (holder && !isSame(holder, who) && this.#isComputing(holder))
			return holder;
		this.hold(fingerprint, who);
		return null;
	}

	/** It is computing it, as was remembered. What it held before it does not: prepared again, its inputs may be others. */
	hold(fingerprint: Fingerprint, who: Wanting): void {
		const key = keyOf(who.run, who.task);
		const before = this.#held.get(key);
		const holder = before && this.#holders.get(before);
		if (before !== undefined && before !== fingerprint && holder)
			if (keyOf(holder.run, holder.task) === key) this.#free(before, holder);
		this.#holders.set(fingerprint, who);
		this.#held.set(key, fingerprint);
	}

	/** It need not compute it after all. */
	drop(fingerprint: Fingerprint, who: Wanting): void {
		const holder = this.#holders.get(fingerprint);
		if (holder && isSame(holder, who)) this.#free(fingerprint, holder);
	}

	/** Something has happened to these tasks, and is remembered. */
	seen({ id }: Run, tasks: Iterable<TaskName>): void {
		for (const task of tasks) {
			const fingerprint = this.#held.get(keyOf(id, task));
			const holder = fingerprint && this.#holders.get(fingerprint);
			if (!fingerprint || !holder || holder.run !== id || holder.task !== task)
				continue;
			if (!this.#isComputing(holder)) this.#free(fingerprint, holder);
		}
	}

	#free(fingerprint: Fingerprint, { run, task }: Wanting): void {
		this.#held.delete(keyOf(run, task));
		this.#holders.delete(fingerprint);
		for (const wake of this.#waiting.get(fingerprint) ?? []) wake();
	}

	async #change(fingerprint: Fingerprint, signal: AbortSignal): Promise<void> {
		const { promise, resolve } = Promise.withResolvers<void>();
		const wake = (): void => resolve();
		const waiting = this.#waiting.get(fingerprint) ?? new Set();
		this.#waiting.set(fingerprint, waiting.add(wake));
		signal.addEventListener("abort", wake, { once: true });
		await promise;
		signal.removeEventListener("abort", wake);
		waiting.delete(wake);
		if (waiting.size === 0) this.#waiting.delete(fingerprint);
	}
}

export interface Waiting {
	/** Told who computes it meanwhile. */
	readonly onWait: (holder: Wanting) => void;
	readonly signal: AbortSignal;
}

/** One attempt of a task is under way at a time. */
export const keyOf = (run: RunId, task: TaskName): string => `${run}/${task}`;

const isSame = (one: Wanting, other: Wanting): boolean =>
	one.run === other.run &&
	one.task === other.task &&
	one.attempt === other.attempt;
