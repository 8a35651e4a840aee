import { isProblem } from "../artifacts/port.ts";
import { inWords } from "../model/messages.ts";
import type { PublicationWork } from "../model/plan.ts";
import { type Instant, iso } from "../model/words.ts";
import type { Look, Missing, Seen } from "./look.ts";
import type { World } from "./world-sensors.ts";

/** Looks for the newest publication of a path. */
export class PublicationLook implements Look {
	readonly #work: PublicationWork;
	readonly #world: World;

	constructor(work: PublicationWork, world: World) {
		this.#work = work;
		this.#world = world;
	}

	async look(now: Instant): Promise<Seen> {
		const { path, maxAgeMs = Infinity } = this.#work;
		const newest = await this.#world.publications.covering(path);
		if (newest === null)
			return missing(`waiting for the first publication of ${path}`);
		// A run that found it unchanged has made it new.
		if (now - newest.confirmedAt > maxAgeMs)
			return missing(
				`waiting for a new publication of ${path}: the newest is from ${iso(newest.confirmedAt)}, more than ${inWords(maxAgeMs)} ago`,
			);
		const source = await this.#world.artifacts.source(path);
		return isProblem(source)
			? missing(source.message)
			: { kind: "found", source };
	}
}

/** Nothing but a publication changes the answer. */
const missing = (note: string): Missing => ({
	kind: "missing",
	note,
	due: null,
	near: [],
});
