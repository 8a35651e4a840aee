import type { Artifacts } from "../artifacts/port.ts";
import type { FilesWork, PublicationWork } from "../model/plan.ts";
import type { Source } from "../model/task-state.ts";
import type { Instant } from "../model/words.ts";
import type { Publications } from "../store/port.ts";
import { FilesLook } from "./files-look.ts";
import type { Look } from "./look.ts";
import type { Sensors, StillMissing } from "./port.ts";
import { PublicationLook } from "./publication-look.ts";
import { type Clock, Wake } from "./wake.ts";

/** What sensors look at, and nothing else of it. */
export interface World {
	readonly artifacts: Pick<Artifacts, "files" | "gather" | "source" | "peek">;
	readonly publications: Pick<Publications, "covering">;
	readonly clock: Clock;
}

/** Sensors for what arrives in the data directory: they look when something stirs, and at least every 10 s. */
export class WorldSensors implements Sensors {
	readonly #world: World;
	readonly #wakes = new Set<Wake>();

	constructor(world: World) {
		this.#world = world;
	}

	/** Something was published: look now. */
	published(): void {
		for (const wake of this.#wakes) wake.up();
	}

	async look(
		work: FilesWork | PublicationWork,
	): Promise<Source | StillMissing> {
		const { artifacts, ...rest } = this.#world;
		const onlyLooking: World["artifacts"] = {
			files: (pattern) => artifacts.files(pattern),
			gather: async (files) => ({ kind: "files", files }),
			source: (path) => artifacts.peek(path),
			peek: (path) => artifacts.peek(path),
		};
		const look = lookFor(work, { ...rest, artifacts: onlyLooking });
		const seen = await look.look(rest.clock.now());
		return seen.kind === "found"
			? seen.source
			: { kind: "missing", note: seen.note };
	}

	async watch(
		work: FilesWork | PublicationWork,
		note: (text: string) => void,
		signal: AbortSignal,
	): Promise<Source> {
		const wake = new Wake(this.#world.clock);
		this.#wakes.add(wake);
		try {
			return await this.#until(lookFor(work, this.#world), {
				wake,
				note: onlyChanges(note),
				signal,
			});
		} finally {
			this.#wakes.delete(wake);
			wake.close();
		}
	}

	async #until(look: Look, { wake, note, signal }: Watch): Promise<Source> {
		for (;;) {
			signal.throwIfAborted();
			const now = this.#world.clock.now();
			const seen = await look.look(now);
			if (seen.kind === "found") return seen.source;
			note(seen.note);
			const isNew = wake.watch(seen.near);
			// What happened before the watch began was not told: look once more.
			if (isNew) continue;
			const patience = (now + LOOK_EVERY_MS) as Instant;
			const next =
				seen.due !== null && seen.due < patience ? seen.due : patience;
			await wake.sleep(next, signal);
		}
	}
}

interface Watch {
	readonly wake: Wake;
	readonly note: (text: string) => void;
	readonly signal: AbortSignal;
}

/** Network file systems tell nobody. */
const LOOK_EVERY_MS = 10_000;

function lookFor(work: FilesWork | PublicationWork, world: World): Look {
	switch (work.kind) {
		case "files":
			return new FilesLook(work, world);
		case "publication":
			return new PublicationLook(work, world);
	}
}

function onlyChanges(note: (text: string) => void): (text: string) => void {
	let last: string | null = null;
	return (text) => {
		if (text !== last) note(text);
		last = text;
	};
}
