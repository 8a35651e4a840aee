import { isLookedUp, policyOf } from "../model/cache.ts";
import type { Event } from "../model/events.ts";
import { taskOf } from "../model/graph.ts";
import { isLive, stateOf } from "../model/index-run.ts";
import { attemptId } from "../model/names.ts";
import type { ContainerWork } from "../model/plan.ts";
import type { Run } from "../model/run.ts";
import type { Prepared } from "../model/task-state.ts";
import type { RunId, TaskName } from "../model/words.ts";
import { Hits, type HitsParts, type Known } from "./hits.ts";
import type { Refused } from "./refused.ts";
import { SingleFlight, type Wanting } from "./single-flight.ts";
import type { Work } from "./worker.ts";

/** Finds what need not be computed again, and sees to it that what is wanted twice at once is computed once. */
export class Cache {
	readonly #hits: Hits;
	readonly #flights: SingleFlight;

	constructor(parts: CacheParts) {
		this.#hits = new Hits(parts);
		this.#flights = new SingleFlight(({ run, task, attempt }) =>
			isComputing(parts.run(run), task, attempt),
		);
	}

	/** Whatever is pinned for the attempt from here on is let go once it is over, also when it is cancelled. */
	keepFor(work: Work): void {
		work.signal.throwIfAborted();
		this.#hits.keepFor(wanting(work));
	}

	/** Null when the attempt has to run: then it is the only one with that fingerprint that does. */
	async lookUp(
		work: Work,
		container: ContainerWork,
		{ fingerprint }: Prepared,
	): Promise<Known | Refused | null> {
		work.signal.throwIfAborted();
		const who = wanting(work);
		if (fingerprint === undefined) return null;
		const policy = policyOf(container);
		if (policy.kind === "refresh") this.#flights.holdIfFree(fingerprint, who);
		if (!isLookedUp(policy)) return null;
		const wanted = { fingerprint, who, container, signal: work.signal };
		const onWait = toldTwice(work.note);
		for (;;) {
			const known = await this.#hits.find(wanted);
			if (known) return known;
			const { signal } = work;
			if (await this.#flights.take(fingerprint, who, { onWait, signal })) break;
		}
		// Another may have come to its end after we looked, and before it was ours.
		const late = await this.#hits.find(wanted);
		if (late) this.#flights.drop(fingerprint, who);
		return late;
	}

	/** Who computes what, as it was remembered by the berth before. */
	takeUp(run: Run): void {
		for (const task of run.index.live) {
			const state = stateOf(run, task);
			const { work } = taskOf(run.graph, task);
			if (work.kind !== "container") continue;
			const policy = policyOf(work);
			const fingerprint = "prepared" in state && state.prepared?.fingerprint;
			if (!fingerprint || policy.kind === "never") continue;
			const who = { run: run.id, task, attempt: state.attempt };
			if (policy.kind === "refresh") this.#flights.holdIfFree(fingerprint, who);
			else this.#flights.hold(fingerprint, who);
		}
	}

	/** What has become of its tasks is remembered. */
	seen(run: Run, events: readonly Event[]): void {
		const tasks = new Set<TaskName>();
		for (const event of events) {
			if (!("task" in event)) continue;
			tasks.add(event.task);
			const kept = this.#hits.attemptOf(run.id, event.task);
			const attempt = "attempt" in event ? event.attempt : kept;
			if (attempt !== undefined) this.#letGo(run, event.task, attempt);
		}
		this.#flights.seen(run, tasks);
	}

	#letGo(run: Run, task: TaskName, attempt: number): void {
		if (!isComputing(run, task, attempt))
			this.#hits.letGo({ run: run.id, task, attempt });
	}
}

export interface CacheParts extends HitsParts {
	/** The run as it is now; undefined once it is settled. */
	readonly run: (id: RunId) => Run | undefined;
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

const wanting = ({ run, command }: Work): Wanting => ({
	run: run.id,
	task: command.task.name,
	attempt: command.attempt,
});

/** Who is waited for is told by name the first time, and that it is another one now once more: a thousand may come to nothing, one after another. */
function toldTwice(note: Work["note"]): (holder: Wanting) => void {
	let times = 0;
	return ({ run, task, attempt }) => {
		times += 1;
		const doing = "is doing the same; waiting for what it gives";
		if (times === 1) note(`${attemptId(run, task, attempt)} ${doing}`);
		if (times === 2) note(`another attempt ${doing}`);
	};
}
