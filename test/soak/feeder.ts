import { setTimeout as sleep } from "node:timers/promises";
import { ulid } from "ulid";
import type { Berth } from "../../orchestrator/api/berth.ts";
import { connect } from "../../orchestrator/api/connect.ts";
import type { RunId } from "../../orchestrator/model/words.ts";
import type { Dice } from "./dice.ts";
import { PIPELINES, SLOTS } from "./pipelines.ts";

/** Asks for one run after the other, as many at a time as keep the engine busy, through whichever orchestrator answers. */
export class Feeder {
	readonly #folder: string;
	readonly #dice: Dice;
	/** Runs that an orchestrator has said "yes" to. */
	readonly acknowledged = new Set<RunId>();
	#isOver = false;
	#done: Promise<void> = Promise.resolve();
	#runs = 0;

	constructor(berthFolder: string, dice: Dice) {
		this.#folder = berthFolder;
		this.#dice = dice;
	}

	start(): void {
		this.#done = this.#feed();
	}

	async stop(): Promise<void> {
		this.#isOver = true;
		await this.#done;
	}

	/** Wait until nothing of any run is left; false when that takes too long. */
	async drained(patienceMs: number): Promise<boolean> {
		const until = performance.now() + patienceMs;
		while (performance.now() < until) {
			if (await this.#isDrained().catch(() => false)) return true;
			await sleep(200);
		}
		return false;
	}

	async #feed(): Promise<void> {
		while (!this.#isOver) {
			const wish = this.#wish();
			while (!this.#isOver && !(await this.#startedWith(wish)))
				await sleep(PAUSE_MS);
		}
	}

	#wish(): Wish {
		const pipeline = PIPELINES[this.#runs++ % PIPELINES.length] ?? "chain";
		const slot = Math.floor(this.#dice.between(0, SLOTS));
		// The same key however often we ask: whoever answers makes no second run.
		return { pipeline, ds: DAY, params: { slot }, key: ulid() };
	}

	async #startedWith(wish: Wish): Promise<boolean> {
		try {
			return await this.#with(async (berth) => {
				const active = await berth.runs({ status: "running" });
				if (active.length >= ACTIVE) return false;
				this.acknowledged.add((await berth.start(wish)).id as RunId);
				return true;
			});
		} catch (error) {
			if (error instanceof Error && error.name === "OwnerGone") return false;
			throw error;
		}
	}

	#isDrained(): Promise<boolean> {
		return this.#with(async (berth) => {
			const runs = await berth.runs({});
			return runs.every(({ settled }) => settled);
		});
	}

	async #with<T>(act: (berth: Berth) => Promise<T>): Promise<T | false> {
		const client = await connect(this.#folder);
		if (!client) return false;
		try {
			return await act(client);
		} finally {
			await client.close();
		}
	}
}

type Wish = Parameters<Berth["start"]>[0];

const DAY = "2026-11-20";

/** Between two askings, so that asking is not the most of the work. */
const PAUSE_MS = 250;

/** Runs at a time. */
const ACTIVE = 8;
