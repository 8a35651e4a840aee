import { ulid } from "ulid";
import type { Artifacts } from "../artifacts/port.ts";
import type { Catalogue } from "../define/port.ts";
import type { Clock } from "../engine/clock.ts";
import type { Engine } from "../engine/engine.ts";
import { handRunId } from "../model/names.ts";
import type { Run } from "../model/run.ts";
import { isRunOver } from "../model/status.ts";
import type { RunId, TaskName } from "../model/words.ts";
import type { NewRun, RunFilter, Store } from "../store/port.ts";
import type { Provenance } from "../store/provenance-port.ts";
import {
	type About,
	type Asking,
	type Berth,
	type LogLine,
	type LogRequest,
	type PipelineView,
	Refused,
	type RetryRequest,
	type StartRequest,
	type SweepRequest,
} from "./berth.ts";
import type { Changes } from "./changes.ts";
import {
	type CollectingParts,
	collectGarbage,
	type GcRequest,
	type GcTold,
} from "./collecting.ts";
import type {
	DiffView,
	StatusRequest,
	StatusView,
	WhyView,
} from "./explaining.ts";
import { followLog } from "./follow-log.ts";
import { followRun } from "./follow-run.ts";
import { staying } from "./gone.ts";
import type { HistoryView } from "./history-view.ts";
import type { LineageGraph } from "./lineage/graph.ts";
import { planned } from "./planned.ts";
import {
	askedBefore,
	type PromoteRequest,
	Promotions,
	type RollbackRequest,
} from "./promotions.ts";
import type { Reading } from "./reading.ts";
import { replayRun } from "./replay-run.ts";
import type { ReplayRequest, ReplayView } from "./replaying.ts";
import { holding, retryRun } from "./retry-run.ts";
import { type StatusParts, status } from "./status.ts";
import { beginSweep, resumeSweep } from "./sweeps.ts";
import { takenUp, takeUp } from "./take-up.ts";
import type {
	PublicationView,
	RunHead,
	RunView,
	VariableView,
} from "./views.ts";

/** Answers for a data directory that this process owns. */
export class Owner implements Berth {
	readonly #parts: OwnerParts;

	constructor(parts: OwnerParts) {
		this.#parts = parts;
	}

	about(): Promise<About> {
		return this.#parts.about();
	}

	async start(request: StartRequest): Promise<RunView> {
		this.#refuseWhileDraining();
		const now = this.#parts.clock.now();
		const plan = await planned(this.#parts, request, now);
		return this.#create({
			id: handRunId(plan.pipeline, plan.ds, request.key ?? ulid(now)),
			// Who asks by hand wants it now.
			plan: { ...plan, oneAtATime: false },
			trigger: { kind: "hand", ...byOf(request.by) },
			createdAt: now,
			carried: [],
		});
	}

	sweep(request: SweepRequest): Promise<readonly RunHead[]> {
		this.#refuseWhileDraining();
		return beginSweep(this.#parts, request);
	}

	resumeSweep(id: string): Promise<readonly RunHead[]> {
		this.#refuseWhileDraining();
		const retry = this.retry.bind(this);
		return resumeSweep({ ...this.#parts, retry }, id);
	}

	async retry(id: RunId, request: RetryRequest = {}): Promise<RunView> {
		this.#refuseWhileDraining();
		const { artifacts, clock, reading } = this.#parts;
		const run = await reading.detail(id);
		return holding(artifacts, run, async (isThere) =>
			this.#create(await retryRun(run, request, { now: clock.now(), isThere })),
		);
	}

	async replay(request: ReplayRequest): Promise<RunView> {
		this.#refuseWhileDraining();
		const { reading, store, clock } = this.#parts;
		const run = await reading.detail(request.run);
		return this.#create(
			await replayRun(run, request, { store, now: clock.now() }),
		);
	}

	lineage(of: string): Promise<LineageGraph> {
		return this.#parts.reading.lineage(of);
	}

	replayed(id: RunId, signal?: AbortSignal): Promise<ReplayView> {
		return this.#parts.reading.replayed(id, signal);
	}

	promote(wish: PromoteRequest): Promise<RunView | null> {
		return this.#published(wish, "_promote", (promotions) =>
			promotions.promotion(wish),
		);
	}

	rollback(wish: RollbackRequest): Promise<RunView | null> {
		return this.#published(wish, "_rollback", (promotions) =>
			promotions.rollback(wish),
		);
	}

	/** Who asks again with the same key is answered with the run that he has made: by now its path holds what was wished. */
	async #published(
		{ key }: Asking,
		pipeline: string,
		made: (promotions: Promotions) => Promise<NewRun | null>,
	): Promise<RunView | null> {
		this.#refuseWhileDraining();
		const { store } = this.#parts;
		const before = await askedBefore(store, pipeline, key);
		if (before !== null) {
			await takenUp(this.#parts, before);
			return this.run(before);
		}
		const run = await made(new Promotions(this.#parts));
		return run && this.#create(run);
	}

	async cancel(id: RunId): Promise<RunView> {
		const run = await takenUp(this.#parts, id);
		if (!run || isRunOver(run)) {
			const { status } = await this.run(id);
			throw new Refused("conflict", `Run "${id}" is over already: ${status}.`);
		}
		if (run.cancelled === null) await this.#requestCancel(id);
		return this.run(id);
	}

	async #requestCancel(id: RunId): Promise<void> {
		const { changes, engine, clock } = this.#parts;
		const never = new AbortController().signal;
		const changed = changes.next(id, never);
		engine.observe(id, { type: "cancel-requested", at: clock.now() });
		if (!engine.trouble) await changed;
		const { trouble } = engine;
		if (trouble)
			throw new Refused(
				"unavailable",
				`Run "${id}" will be cancelled once that can be remembered, should this berth still be there. ${trouble.message}`,
			);
	}

	watch(id: RunId, signal: AbortSignal): AsyncIterable<RunView> {
		const { changes, reading } = this.#parts;
		return followRun(id, { changes, look: (of) => reading.glance(of), signal });
	}

	async *logs(
		request: LogRequest,
		signal: AbortSignal,
	): AsyncIterable<LogLine> {
		const { reading, changes, engine } = this.#parts;
		if (!request.follow) return yield* reading.logs(request);
		await takenUp(this.#parts, request.run);
		const active = (id: RunId): Run | undefined => engine.run(id);
		yield* followLog(request, { reading, changes, active, signal });
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

	why(run: RunId, task: TaskName, signal?: AbortSignal): Promise<WhyView> {
		return this.#parts.reading.why(run, task, signal);
	}

	diff(a: string, b: string, signal?: AbortSignal): Promise<DiffView> {
		return this.#parts.reading.diff(a, b, signal);
	}

	status(
		request: StatusRequest,
		signal = staying(),
	): Promise<readonly StatusView[]> {
		const now = () => this.#parts.clock.now();
		return status({ ...this.#parts, now, signal }, request);
	}

	vars(): Promise<readonly VariableView[]> {
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

	artifacts(prefix: string): Promise<readonly PublicationView[]> {
		return this.#parts.reading.artifacts(prefix);
	}

	gc(request: GcRequest, signal: AbortSignal): AsyncIterable<GcTold> {
		return collectGarbage(this.#parts.collecting, request, signal);
	}

	history(path: string): Promise<readonly HistoryView[]> {
		return this.#parts.reading.history(path);
	}

	close(): Promise<void> {
		return this.#parts.close();
	}

	#refuseWhileDraining(): void {
		if (!this.#parts.isDraining()) return;
		throw new Refused(
			"conflict",
			"This berth takes no new runs: it was told to stop, and waits until its containers have ended (--drain). Ask again once berth has been started anew.",
		);
	}

	async #create(run: NewRun): Promise<RunView> {
		await takeUp(this.#parts, run);
		return this.run(run.id);
	}
}

export interface OwnerParts {
	readonly store: Store & Provenance;
	readonly engine: Engine;
	readonly artifacts: Pick<
		Artifacts,
		"claim" | "filesOf" | "pin" | "unpin" | "has"
	>;
	readonly collecting: CollectingParts;
	readonly catalogue: Catalogue;
	readonly reading: Reading;
	readonly changes: Changes;
	readonly clock: Clock;
	readonly foresee: StatusParts["foresee"];
	/** Brings what is published to its paths. */
	readonly project: () => Promise<void>;
	readonly about: () => Promise<About>;
	readonly onVarChange: () => void;
	/** Is it only waiting for what is under way? */
	readonly isDraining: () => boolean;
	readonly close: () => Promise<void>;
}

const byOf = (by: string | undefined): { readonly by?: string } =>
	by === undefined ? {} : { by };
