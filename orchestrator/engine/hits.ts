import type { Artifacts } from "../artifacts/port.ts";
import { isFresh, policyOf } from "../model/cache.ts";
import { containerName } from "../model/names.ts";
import type { ContainerWork } from "../model/plan.ts";
import type { Value } from "../model/task-state.ts";
import type {
	AttemptId,
	ContainerName,
	Fingerprint,
	Instant,
	RunId,
	TaskName,
} from "../model/words.ts";
import type { KnownResult, Results } from "../store/port.ts";
import { misfit } from "./publish.ts";
import { type Refused, refused } from "./refused.ts";
import { keyOf, type Wanting } from "./single-flight.ts";

/** What an earlier attempt gave that had the same fingerprint. */
export interface Known {
	readonly since: AttemptId;
	/** With the outputs at the paths of the task that asks. */
	readonly value: Value;
}

/** Finds what can stand in for an attempt, and keeps its objects and the attempt's paths for it until that is remembered. */
export class Hits {
	readonly #parts: HitsParts;
	/** `<run>/<task>` → its attempt for which something is kept. */
	readonly #kept = new Map<string, number>();

	constructor(parts: HitsParts) {
		this.#parts = parts;
	}

	/** Null when nothing is known that can stand in; refused when it may not lie where the task publishes. */
	async find(wanted: Wanted): Promise<Known | Refused | null> {
		const { fingerprint, who, container, signal } = wanted;
		const known = await this.#parts.results.resultOf(fingerprint);
		const now = this.#parts.now();
		if (!known || !isFresh(known, policyOf(container), now)) return null;
		// Once it was aborted nobody would let go of what is kept from here on.
		signal.throwIfAborted();
		const fits = await this.#fits(known, who, container);
		const taken = fits ? await this.#reserve(who, container) : null;
		if (!fits || taken !== null || signal.aborted) this.#unpin(who);
		signal.throwIfAborted();
		if (taken !== null) return refused(taken);
		return fits
			? { since: known.attempt, value: moved(known, container) }
			: null;
	}

	/** From here on something is pinned for it. A cancel names no attempt, so it is known by its task. */
	keepFor({ run, task, attempt }: Wanting): void {
		this.#kept.set(keyOf(run, task), attempt);
	}

	/** The attempt of this task for which something may be pinned. */
	attemptOf(run: RunId, task: TaskName): number | undefined {
		return this.#kept.get(keyOf(run, task));
	}

	letGo(who: Wanting): void {
		this.#unpin(who);
		this.#kept.delete(keyOf(who.run, who.task));
	}

	#unpin(who: Wanting): void {
		this.#parts.artifacts.unpin(this.#name(who));
	}

	/** Is all of it there, and is it what the task declares now? */
	async #fits(
		{ value }: KnownResult,
		who: Wanting,
		container: ContainerWork,
	): Promise<boolean> {
		const { artifacts } = this.#parts;
		const outputs = Object.values(value.outputs);
		// Before we look whether they are there, so that nobody takes them away once we have.
		artifacts.pin(
			this.#name(who),
			outputs.map(({ object }) => object),
		);
		return (
			(await artifacts.areWhole(outputs)) &&
			(await misfit(value.result, container)) === null
		);
	}

	/** It is published like anything else: another may have published above or below since this was prepared, or be about to. */
	#reserve(who: Wanting, { out }: ContainerWork): Promise<string | null> {
		return this.#parts.artifacts.reserve(this.#name(who), Object.values(out));
	}

	#name({ run, task, attempt }: Wanting): ContainerName {
		return containerName(this.#parts.instance, run, task, attempt);
	}
}

export interface HitsParts {
	readonly results: Results;
	readonly artifacts: Pick<Artifacts, "pin" | "unpin" | "areWhole" | "reserve">;
	readonly instance: string;
	readonly now: () => Instant;
}

/** What is looked up, for whom. */
export interface Wanted {
	readonly fingerprint: Fingerprint;
	readonly who: Wanting;
	readonly container: ContainerWork;
	readonly signal: AbortSignal;
}

/** The same, at the paths that the task publishes to. */
export function moved({ value }: KnownResult, { out }: ContainerWork): Value {
	const outputs = Object.entries(out).flatMap(([name, path]) => {
		const output = value.outputs[name];
		return output ? [[name, { ...output, path }] as const] : [];
	});
	return { ...value, outputs: Object.fromEntries(outputs) };
}
