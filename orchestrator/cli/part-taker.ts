import type { Berth } from "../api/berth.ts";
import type { RunView } from "../api/views.ts";
import type { Config } from "../config.ts";
import type { RunId } from "../model/words.ts";
import { isOwnerGone, type Reached } from "./reach.ts";
import { unlessRaised } from "./stop.ts";
import { takePart } from "./take-part.ts";
import { talk } from "./talk.ts";

/** Works with the owner of the data directory, or is it; when the one that it works with goes away, nothing is lost: it finds another, or takes its place. */
export class PartTaker {
	readonly #config: Config;
	readonly #signal: AbortSignal;
	readonly #reach: Reach;
	#reached: Reached;

	/** Null when the signal is raised before there is anybody to work with. */
	static async open(
		config: Config,
		signal: AbortSignal,
		reach: Reach = (of) => takePart(of),
	): Promise<PartTaker | null> {
		const reached = await unlessRaised(signal, reach(config, null));
		return reached && new PartTaker({ config, signal, reach }, reached);
	}

	private constructor({ config, signal, reach }: Whom, reached: Reached) {
		this.#config = config;
		this.#signal = signal;
		this.#reach = reach;
		this.#reached = reached;
	}

	/** Whom it works with just now. */
	get reached(): Reached {
		return this.#reached;
	}

	/** Asks until it is answered, so what is asked for must be the same however often it is. Null when the signal is raised. */
	ask<T>(work: (berth: Berth) => Promise<T>): Promise<T | null> {
		return unlessRaised(this.#signal, this.#answered(work));
	}

	/** The run once it is settled; null when the signal is raised before. */
	async settled(
		id: RunId,
		onView: (view: RunView, berth: Berth) => void,
	): Promise<RunView | null> {
		for (;;) {
			const over = await this.#watched(id, onView);
			if (over || this.#signal.aborted) return over;
			await unlessRaised(this.#signal, this.#replaceOwner(id));
		}
	}

	close(): Promise<void> {
		return this.#reached.close();
	}

	async #answered<T>(work: (berth: Berth) => Promise<T>): Promise<T> {
		for (;;) {
			try {
				return await work(this.#reached.berth);
			} catch (error) {
				if (!isOwnerGone(error) || this.#signal.aborted) throw error;
				await this.#replaceOwner(null);
			}
		}
	}

	/** Null when the owner is gone, or the signal is raised. */
	async #watched(
		id: RunId,
		onView: (view: RunView, berth: Berth) => void,
	): Promise<RunView | null> {
		const { berth } = this.#reached;
		try {
			for await (const view of berth.watch(id, this.#signal)) {
				onView(view, berth);
				if (view.settled) return view;
			}
			return null;
		} catch (error) {
			if (isOwnerGone(error)) return null;
			throw error;
		}
	}

	async #replaceOwner(waitedFor: RunId | null): Promise<void> {
		talk("The berth that was asked is gone; looking for another one.");
		await this.#reached.close();
		this.#reached = await this.#reach(this.#config, waitedFor);
	}
}

/** How it comes to somebody to work with. `waitedFor`: the run that it waits for already. */
export type Reach = (
	config: Config,
	waitedFor: RunId | null,
) => Promise<Reached>;

interface Whom {
	readonly config: Config;
	readonly signal: AbortSignal;
	readonly reach: Reach;
}
