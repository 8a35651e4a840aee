import { type Artifacts, isProblem, type Problem } from "../artifacts/port.ts";
import type { Observation } from "../model/events.ts";
import { containerName } from "../model/names.ts";
import {
	PROMOTED,
	type PromotedObject,
	type PromoteWork,
} from "../model/plan.ts";
import type { Run } from "../model/run.ts";
import type { PublishedOutput, Source } from "../model/task-state.ts";
import type { ContainerName, Instant } from "../model/words.ts";
import type { Publications } from "../store/port.ts";
import { sourceOf } from "./prepare.ts";
import { MissingValue } from "./texts.ts";
import type { Work } from "./worker.ts";

/** Performs promotions: a path is to hold an object that is there already. It counts once the store has recorded it. */
export class Promoter {
	readonly #parts: PromoterParts;

	constructor(parts: PromoterParts) {
		this.#parts = parts;
	}

	async perform(
		{ run, command }: Work,
		promote: PromoteWork,
	): Promise<Observation> {
		const { task, attempt } = command;
		const { instance } = this.#parts;
		const name = containerName(instance, run.id, task.name, attempt);
		const promoted = await this.#promoted(name, run, promote);
		const of = { task: task.name, attempt, at: this.#parts.now() };
		if (isProblem(promoted))
			return { type: "ended", ...of, ending: { ...promoted, kind: "refused" } };
		const outputs = { [PROMOTED]: promoted };
		return {
			type: "published",
			...of,
			value: { outputs, result: null, found: null },
		};
	}

	async #promoted(
		name: ContainerName,
		run: Run,
		{ from, to }: PromoteWork,
	): Promise<PublishedOutput | Problem> {
		const { artifacts, publications } = this.#parts;
		const whole =
			from.from === "object"
				? from
				: wholeObject(await this.#source(run, from));
		if (isProblem(whole)) return whole;
		const { object } = whole;
		// First of all, so that it cannot be taken away any more.
		artifacts.pin(name, [object]);
		const known = await publications.ofObject(object);
		if (!known || !(await artifacts.has([object])))
			return problem(
				`Object ${object} is not there (any more). "berth history" lists what is.`,
			);
		const taken = await artifacts.reserve(name, [to]);
		if (taken !== null) return problem(taken);
		const { bytes, files } = known;
		const maker = whole.maker ?? known.maker;
		const where = whole.path === undefined ? {} : { from: whole.path };
		return { path: to, object, bytes, files, maker, ...where };
	}

	async #source(
		run: Run,
		from: Exclude<PromoteWork["from"], { from: "object" }>,
	): Promise<Source | Problem> {
		try {
			return await sourceOf(run, from, this.#parts.artifacts);
		} catch (error) {
			if (error instanceof MissingValue)
				return problem(error.message, error.lost);
			throw error;
		}
	}
}

export interface PromoterParts {
	readonly artifacts: Artifacts;
	readonly publications: Pick<Publications, "ofObject">;
	readonly instance: string;
	readonly now: () => Instant;
}

type WholeObject = Pick<PromotedObject, "object" | "path" | "maker">;

function wholeObject(source: Source | Problem): WholeObject | Problem {
	if (source.kind === "problem") return source;
	if (source.kind === "object" && source.inside === null) return source;
	const what =
		source.kind === "object"
			? `"${source.path ?? source.inside}" is only a part of one`
			: "these are files from outside";
	return problem(
		`Only what a task has published can be promoted, and as a whole: ${what}. Let a task publish it.`,
	);
}

const problem = (message: string, lost = false): Problem => ({
	kind: "problem",
	message,
	lost,
});
