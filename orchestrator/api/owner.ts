import type { Run } from "../model/run.ts";
import type { RunId, TaskName } from "../model/words.ts";
import type { RunFilter } from "../store/port.ts";
import {
	type About,
	type Berth,
	type LogLine,
	type LogRequest,
	type PipelineView,
	Refused,
	type RetryRequest,
	type StartRequest,
	type SweepRequest,
} from "./berth.ts";
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
import type { PromoteRequest, RollbackRequest } from "./promotions.ts";
import type { ReplayRequest, ReplayView } from "./replaying.ts";
import { type StatusParts, status } from "./status.ts";
import { takenUp } from "./take-up.ts";
import type {
	PublicationView,
	RunHead,
	RunView,
	VariableView,
} from "./views.ts";
import { Wishes, type WishParts } from "./wishes.ts";

/** Answers for a data directory that this process owns. */
export class Owner implements Berth {
	readonly #parts: OwnerParts;
	readonly #wishes: Wishes;

	constructor(parts: OwnerParts) {
		this.#parts = parts;
		this.#wishes = new Wishes(parts);
	}

	about(): Promise<About> {
		return this.#parts.about();
	}

	start(request: StartRequest): Promise<RunView> {
		return this.#wishes.start(request);
	}

	async sweep(request: SweepRequest): Promise<readonly RunHead[]> {
		return this.#wishes.sweep(request);
	}

	async resumeSweep(id: string): Promise<readonly RunHead[]> {
		return this.#wishes.resumeSweep(id);
	}

	retry(id: RunId, request?: RetryRequest): Promise<RunView> {
		return this.#wishes.retry(id, request);
	}

	replay(request: ReplayRequest): Promise<RunView> {
		return this.#wishes.replay(request);
	}

	promote(wish: PromoteRequest): Promise<RunView | null> {
		return this.#wishes.promote(wish);
	}

	rollback(wish: RollbackRequest): Promise<RunView | null> {
		return this.#wishes.rollback(wish);
	}

	cancel(id: RunId): Promise<RunView> {
		return this.#wishes.cancel(id);
	}

	lineage(of: string): Promise<LineageGraph> {
		return this.#parts.reading.lineage(of);
	}

	replayed(id: RunId, signal?: AbortSignal): Promise<ReplayView> {
		return this.#parts.reading.replayed(id, signal);
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
}

export interface OwnerParts extends WishParts {
	readonly collecting: CollectingParts;
	readonly foresee: StatusParts["foresee"];
	readonly about: () => Promise<About>;
	readonly onVarChange: () => void;
	readonly close: () => Promise<void>;
}
