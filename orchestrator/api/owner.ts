import { ulid } from "ulid";
import type { Catalogue } from "../define/port.ts";
import type { Clock } from "../engine/clock.ts";
import type { Engine } from "../engine/engine.ts";
import { beginRun } from "../model/begin.ts";
import type { Event } from "../model/events.ts";
import { evolve } from "../model/evolve.ts";
import { handRunId } from "../model/names.ts";
import type { Plan } from "../model/plan.ts";
import { dsOf } from "../model/schedule.ts";
import { isRunOver } from "../model/status.ts";
import type { TaskState } from "../model/task-state.ts";
import type { RunId, TaskName } from "../model/words.ts";
import type {
	NewRun,
	Publication,
	RunDetail,
	RunFilter,
	Store,
	Variable,
} from "../store/port.ts";
import {
	type About,
	type Berth,
	type LogLine,
	type LogRequest,
	type PipelineView,
	Refused,
	type StartRequest,
} from "./berth.ts";
import type { Changes } from "./changes.ts";
import type { Reading } from "./reading.ts";
import type { RunHead, RunView } from "./views.ts";

/** Answers for a data directory that this process owns. */
export class Owner implements Berth {
	readonly #parts: OwnerParts;

	constructor(parts: OwnerParts) {
		this.#parts = parts;
	}

	about(): Promise<About> {
		return this.#parts.about();
	}

	async start({ pipeline, ds, params }: StartRequest): Promise<RunView> {
		const { catalogue, clock, store } = this.#parts;
		const vars = await store.vars();
		const day = ds ?? (await this.#today(pipeline));
		const plan = await catalogue.plan({
			pipeline,
			ds: day,
			params,
			vars: Object.fromEntries(vars.map(({ name, value }) => [name, value])),
		});
		if ("kind" in plan) throw new Refused(plan.reason, plan.message);
		const now = clock.now();
		return this.#create({
			id: handRunId(pipeline, day, ulid(now)),
			// Who asks by hand wants it now.
			plan: { ...plan, oneAtATime: false },
			trigger: { kind: "hand" },
			createdAt: now,
			carried: [],
		});
	}

	async retry(id: RunId): Promise<RunView> {
		const run = await this.#parts.reading.detail(id);
		const now = this.#parts.clock.now();
		refuseRetryOf(run);
		return this.#create({
			id: handRunId(run.pipeline, run.ds, ulid(now)),
			plan: { ...run.plan, oneAtATime: false } satisfies Plan,
			trigger: { kind: "retry", of: id },
			createdAt: now,
			carried: run.tasks.flatMap(({ name, state }) =>
				carriedOver(id, name, state, now),
			),
		});
	}

	async cancel(id: RunId): Promise<RunView> {
		const run = this.#parts.engine.run(id);
		if (!run || isRunOver(run)) {
			const { status } = await this.run(id);
			throw new Refused("conflict", `Run "${id}" is over already: ${status}.`);
		}
		const changed = this.#parts.changes.next(id);
		this.#parts.engine.observe(id, {
			type: "cancel-requested",
			at: this.#parts.clock.now(),
		});
		await changed;
		return this.run(id);
	}

	async *watch(id: RunId, signal: AbortSignal): AsyncIterable<RunView> {
		for (;;) {
			const changed = this.#parts.changes.next(id, signal);
			const run = await this.run(id);
			yield run;
			if (run.settled || signal.aborted) return;
			await changed;
		}
	}

	async *logs(
		request: LogRequest,
		signal: AbortSignal,
	): AsyncIterable<LogLine> {
		const more = async (attempt: number): Promise<boolean> => {
			if (!request.follow || signal.aborted) return false;
			const enough = new AbortController();
			const either = AbortSignal.any([signal, enough.signal]);
			const changed = this.#parts.changes.next(request.run, either);
			const grown = this.#parts.changes.nextLog(either);
			const isTold = await this.#isTold(request, attempt);
			if (!isTold) await Promise.race([changed, grown]);
			enough.abort();
			return !isTold;
		};
		yield* this.#parts.reading.follow(request, more);
	}

	pipelines(): Promise<readonly PipelineView[]> {
		return this.#parts.reading.pipelines();
	}

	runs(filter: RunFilter): Promise<readonly RunHead[]> {
		return this.#parts.reading.runs(filter);
	}

	run(id: RunId): Promise<RunView> {
		return this.#parts.reading.run(id);
	}

	vars(): Promise<readonly Variable[]> {
		return this.#parts.reading.vars();
	}

	async setVar(name: string, value: string): Promise<void> {
		if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
			throw new Refused(
				"invalid",
				`A variable's name is letters, digits and "_", not beginning with a digit; "${name}" is not.`,
			);
		await this.#parts.store.setVar(name, value, this.#parts.clock.now());
		this.#parts.onVarChange();
	}

	async unsetVar(name: string): Promise<void> {
		if (await this.#parts.store.unsetVar(name)) return;
		throw new Refused("not-found", `There is no variable "${name}".`);
	}

	artifacts(prefix: string): Promise<readonly Publication[]> {
		return this.#parts.reading.artifacts(prefix);
	}

	close(): Promise<void> {
		return this.#parts.close();
	}

	async #create(run: NewRun): Promise<RunView> {
		await this.#parts.store.create(run);
		this.#parts.engine.add(run.carried.reduce(evolve, beginRun(run)));
		return this.run(run.id);
	}

	async #today(pipeline: string): Promise<string> {
		const entries = await this.#parts.catalogue.list();
		const entry = entries.find(({ name }) => name === pipeline);
		const zone = entry?.kind === "pipeline" ? entry.zone : "UTC";
		return dsOf(this.#parts.clock.now(), zone);
	}

	/** Is the attempt's log stored to its end? */
	async #isTold(
		{ run: id, task }: LogRequest,
		attempt: number,
	): Promise<boolean> {
		const run = this.#parts.engine.run(id);
		if (!run) return true;
		const detail = await this.#parts.reading.detail(id);
		const record = detail.tasks.find(({ name }) => name === task);
		const isOver =
			record?.attempts.find(({ number }) => number === attempt)?.ending != null;
		const owes = run.owed.get(task)?.some((owed) => owed.attempt === attempt);
		return isRunOver(run) ? !owes : isOver && !owes;
	}
}

export interface OwnerParts {
	readonly store: Store;
	readonly engine: Engine;
	readonly catalogue: Catalogue;
	readonly reading: Reading;
	readonly changes: Changes;
	readonly clock: Clock;
	readonly about: () => Promise<About>;
	readonly onVarChange: () => void;
	readonly close: () => Promise<void>;
}

function refuseRetryOf(run: RunDetail): void {
	switch (run.status) {
		case "queued":
		case "running":
			throw new Refused(
				"conflict",
				`Run "${run.id}" is ${run.status}; only a run that is over can be retried. "berth cancel" ends it.`,
			);
		case "succeeded":
			throw new Refused(
				"conflict",
				`Run "${run.id}" succeeded: there is nothing to retry. "berth run ${run.pipeline} --date ${run.ds}" runs it anew.`,
			);
		case "failed":
		case "cancelled":
			return;
	}
}

const carriedOver = (
	run: RunId,
	task: TaskName,
	state: TaskState,
	at: NewRun["createdAt"],
): Event[] =>
	state.status === "succeeded"
		? [{ type: "task-carried", task, run, value: state.value, at }]
		: [];
