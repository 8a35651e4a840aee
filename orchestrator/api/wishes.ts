import { ulid } from "ulid";
import type { Artifacts } from "../artifacts/port.ts";
import type { Catalogue } from "../define/port.ts";
import type { Clock } from "../engine/clock.ts";
import type { Engine } from "../engine/engine.ts";
import { handRunId } from "../model/names.ts";
import { isRunOver } from "../model/status.ts";
import type { RunId } from "../model/words.ts";
import type { NewRun, Store } from "../store/port.ts";
import type { Provenance } from "../store/provenance-port.ts";
import {
	type Asking,
	Refused,
	type RetryRequest,
	type StartRequest,
	type SweepRequest,
} from "./berth.ts";
import type { Changes } from "./changes.ts";
import { staying } from "./gone.ts";
import { planned } from "./planned.ts";
import {
	askedBefore,
	type PromoteRequest,
	type PromotionParts,
	Promotions,
	type RollbackRequest,
} from "./promotions.ts";
import type { Reading } from "./reading.ts";
import { replayRun } from "./replay-run.ts";
import type { ReplayRequest } from "./replaying.ts";
import { holding, retryRun } from "./retry-run.ts";
import { beginSweep, resumeSweep } from "./sweeps.ts";
import { takenUp, takeUp } from "./take-up.ts";
import type { RunHead, RunView } from "./views.ts";

/** What people ask to be done: runs that are made, retried, replayed and cancelled. Nothing new while berth is to come to rest. */
export class Wishes {
	readonly #parts: WishParts;

	constructor(parts: WishParts) {
		this.#parts = parts;
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
			return this.#run(before);
		}
		const run = await made(new Promotions(this.#parts));
		return run && this.#create(run);
	}

	async cancel(id: RunId): Promise<RunView> {
		const run = await takenUp(this.#parts, id);
		if (!run || isRunOver(run)) {
			const { status } = await this.#run(id);
			throw new Refused("conflict", `Run "${id}" is over already: ${status}.`);
		}
		if (run.cancelled === null) await this.#requestCancel(id);
		return this.#run(id);
	}

	/** Anything may happen to the run before its cancel is remembered. */
	async #requestCancel(id: RunId): Promise<void> {
		const { changes, engine, clock } = this.#parts;
		engine.observe(id, { type: "cancel-requested", at: clock.now() });
		for (;;) {
			const { trouble } = engine;
			if (trouble)
				throw new Refused(
					"unavailable",
					`Run "${id}" will be cancelled once that can be remembered, should this berth still be there. ${trouble.message}`,
				);
			const run = engine.run(id);
			if (!run || run.cancelled !== null || isRunOver(run)) return;
			await changes.next(id, staying());
		}
	}

	#run(id: RunId): Promise<RunView> {
		return this.#parts.reading.run(id);
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
		return this.#run(run.id);
	}
}

export interface WishParts extends PromotionParts {
	readonly store: Store & Provenance;
	readonly engine: Engine;
	readonly artifacts: Pick<
		Artifacts,
		"claim" | "filesOf" | "pin" | "unpin" | "has"
	>;
	readonly catalogue: Catalogue;
	readonly reading: Reading;
	readonly changes: Changes;
	readonly clock: Clock;
	/** Is it only waiting for what is under way? */
	readonly isDraining: () => boolean;
}

const byOf = (by: string | undefined): { readonly by?: string } =>
	by === undefined ? {} : { by };
