import type { Artifacts } from "../artifacts/port.ts";
import type { Event } from "../model/events.ts";
import { taskOf } from "../model/graph.ts";
import { isLive, stateOf } from "../model/index-run.ts";
import { attemptId, containerName } from "../model/names.ts";
import type { CachePolicy, ContainerWork } from "../model/plan.ts";
import type { Run } from "../model/run.ts";
import type { Prepared, Value } from "../model/task-state.ts";
import type {
	AttemptId,
	ContainerName,
	Instant,
	RunId,
	TaskName,
} from "../model/words.ts";
import type { KnownResult, Results } from "../store/port.ts";
import { misfit } from "./publish.ts";
import { SingleFlight, type Wanting } from "./single-flight.ts";
import type { Work } from "./worker.ts";

/** What an earlier attempt gave that had the same fingerprint. */
export interface Known {
	readonly since: AttemptId;
	/** With the outputs at the paths of the task that asks. */
	readonly value: Value;
}

/** Finds what need not be computed again, and sees to it that what is wanted twice at once is computed once. */
export class Cache {
	readonly #parts: CacheParts;
	readonly #flights: SingleFlight;

	constructor(parts: CacheParts) {
		this.#parts = parts;
		this.#flights = new SingleFlight(({ run, task, attempt }) =>
			isComputing(parts.run(run), task, attempt),
		);
	}

	/** Null when the attempt has to run: then it is the only one with that fingerprint that does. */
	async lookUp(
		work: Work,
		container: ContainerWork,
		prepared: Prepared,
	): Promise<Known | null> {
		const { fingerprint } = prepared;
		const policy = policyOf(container);
		if (fingerprint === undefined || !isLookedUp(policy)) return null;
		const { run, command, signal, note } = work;
		const who = {
			run: run.id,
			task: command.task.name,
			attempt: command.attempt,
		};
		const onWait = (holder: Wanting): void => note(waitingFor(holder));
		await this.#flights.take(fingerprint, who, { onWait, signal });
		const known = await this.#parts.results.resultOf(fingerprint);
		if (
			known &&
			isFresh(known, policy, this.#parts.now()) &&
			(await this.#fits(known, who, container))
		)
			return { since: known.attempt, value: moved(known, container) };
		return null;
	}

	/** Who computes what, as it was remembered by the berth before. */
	takeUp(run: Run): void {
		for (const task of run.index.live) {
			const state = stateOf(run, task);
			const { work } = taskOf(run.graph, task);
			if (work.kind !== "container" || !isLookedUp(policyOf(work))) continue;
			const fingerprint = "prepared" in state && state.prepared?.fingerprint;
			if (!fingerprint) continue;
			const { attempt } = state;
			this.#flights.hold(fingerprint, { run: run.id, task, attempt });
		}
	}

	/** What has become of its tasks is remembered. */
	seen(run: Run, events: readonly Event[]): void {
		const tasks = new Set<TaskName>();
		for (const event of events) {
			if (!("task" in event)) continue;
			tasks.add(event.task);
			if ("attempt" in event) this.#letGo(run, event.task, event.attempt);
		}
		this.#flights.seen(run, tasks);
	}

	/** Is all of it there, and is it what the task declares now? */
	async #fits(
		{ value }: KnownResult,
		who: Wanting,
		container: ContainerWork,
	): Promise<boolean> {
		const { artifacts } = this.#parts;
		const objects = Object.values(value.outputs).map(({ object }) => object);
		// Before we look whether they are there, so that nobody takes them away once we have.
		artifacts.pin(this.#name(who), objects);
		const isThere = await artifacts.has(objects);
		if (isThere && (await misfit(value.result, container)) === null)
			return true;
		artifacts.unpin(this.#name(who));
		return false;
	}

	#letGo(run: Run, task: TaskName, attempt: number): void {
		if (isComputing(run, task, attempt)) return;
		this.#parts.artifacts.unpin(this.#name({ run: run.id, task, attempt }));
	}

	#name({ run, task, attempt }: Wanting): ContainerName {
		return containerName(this.#parts.instance, run, task, attempt);
	}
}

export interface CacheParts {
	readonly results: Results;
	readonly artifacts: Pick<Artifacts, "pin" | "unpin" | "has">;
	readonly instance: string;
	readonly now: () => Instant;
	/** The run as it is now; undefined once it is settled. */
	readonly run: (id: RunId) => Run | undefined;
}

export const policyOf = ({ cache }: ContainerWork): CachePolicy =>
	cache ?? { kind: "never", because: "an older berth planned it" };

/** Is it young enough to stand in? */
export const isFresh = (
	known: KnownResult,
	policy: CachePolicy,
	now: Instant,
): boolean => policy.kind !== "for" || now - known.at <= policy.ms;

export function isLookedUp(policy: CachePolicy): boolean {
	switch (policy.kind) {
		case "always":
		case "for":
			return true;
		case "refresh":
		case "never":
			return false;
	}
}

/** May the attempt still come to an end that gives something? */
function isComputing(
	run: Run | undefined,
	task: TaskName,
	attempt: number,
): boolean {
	if (!run) return false;
	const state = stateOf(run, task);
	if (!isLive(state)) return false;
	return "attempt" in state && state.attempt === attempt;
}

/** The same, at the paths that the task publishes to. */
export function moved({ value }: KnownResult, { out }: ContainerWork): Value {
	const outputs = Object.entries(out).flatMap(([name, path]) => {
		const output = value.outputs[name];
		return output ? [[name, { ...output, path }] as const] : [];
	});
	return { ...value, outputs: Object.fromEntries(outputs) };
}

const waitingFor = ({ run, task, attempt }: Wanting): string =>
	`${attemptId(run, task, attempt)} is doing the same; waiting for what it gives`;
