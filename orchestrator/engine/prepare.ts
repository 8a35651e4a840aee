import type { Artifacts } from "../artifacts/port.ts";
import { stateOf } from "../model/index-run.ts";
import type { ContainerWork, Input } from "../model/plan.ts";
import { fingerprintOf, recipeOf } from "../model/recipe.ts";
import type { Run } from "../model/run.ts";
import type {
	Prepared,
	PublishedOutput,
	Source,
	Value,
} from "../model/task-state.ts";
import type { DataPath, Named, TaskName } from "../model/words.ts";
import type { Runtime } from "../runtimes/port.ts";
import { prepareAgain } from "./prepare-again.ts";
import { type Refused, refused, refusedBy } from "./refused.ts";
import { MissingValue, textOf } from "./texts.ts";
import type { Work } from "./worker.ts";

/** Find out everything the launch needs besides the plan. Nothing is left behind by it. */
export async function prepare(
	asked: Work,
	work: ContainerWork,
	parts: PrepareParts,
): Promise<Prepared | Refused> {
	if (work.pinned) return prepareAgain(asked, work, work.pinned, parts);
	const { run, note, signal } = asked;
	const { artifacts, runtime } = parts;
	const claimed = await artifacts.claim(Object.values(work.out));
	if (claimed !== null) return refused(claimed);
	const image = await runtime.resolve(imageOf(work), note, signal);
	if ("kind" in image) return refusedBy(image);
	try {
		const prepared = {
			image,
			command: work.command.map((text) => textOf(run, text)),
			env: await mapped(work.env, (text) => textOf(run, text)),
			in: await mapped(work.in, (input) => sourceOf(run, input, artifacts)),
		};
		const contents = await mapped(prepared.in, (source) =>
			contentsOf(source, artifacts, { note, signal }),
		);
		return withFingerprint(work, { ...prepared, contents });
	} catch (error) {
		if (error instanceof MissingValue)
			return refused(error.message, error.lost);
		throw error;
	}
}

export interface PrepareParts {
	readonly artifacts: Pick<
		Artifacts,
		"claim" | "source" | "contentsOf" | "asNow" | "pin"
	>;
	readonly runtime: Pick<Runtime, "resolve">;
	readonly instance: string;
}

function withFingerprint(work: ContainerWork, prepared: Prepared): Prepared {
	const recipe = recipeOf(work, prepared);
	return recipe === null
		? prepared
		: { ...prepared, fingerprint: fingerprintOf(recipe) };
}

async function contentsOf(
	source: Source,
	artifacts: Pick<Artifacts, "contentsOf">,
	{ note, signal }: Pick<Work, "note" | "signal">,
): Promise<string> {
	const contents = await artifacts.contentsOf(source, signal, note);
	if (typeof contents === "string") return contents;
	throw new MissingValue(contents.message, contents.lost);
}

/** What an input is now. Outputs and sensors are taken from this run, paths from what is published or lies there. */
export async function sourceOf(
	run: Run,
	input: Input,
	artifacts: Pick<Artifacts, "source">,
): Promise<Source> {
	switch (input.from) {
		case "output": {
			const output = givenBy(run, input.task).outputs[input.output];
			if (output) return sourceOfOutput(output);
			throw new MissingValue(
				`It needs output "${input.output}" of task "${input.task}", which published none.`,
			);
		}
		case "sensor": {
			const { found } = givenBy(run, input.task);
			if (found) return found;
			throw new MissingValue(`Sensor "${input.task}" found nothing.`);
		}
		case "path": {
			const source = await artifacts.source(
				textOf(run, input.path) as DataPath,
			);
			if (source.kind === "problem")
				throw new MissingValue(source.message, source.lost);
			return source;
		}
	}
}

const sourceOfOutput = ({ object, path, maker }: PublishedOutput): Source => ({
	kind: "object",
	object,
	inside: null,
	path,
	...(maker === undefined ? {} : { maker }),
});

function givenBy(run: Run, name: TaskName): Value {
	const state = stateOf(run, name);
	if (state.status === "succeeded") return state.value;
	throw new MissingValue(
		`It needs what task "${name}" makes, but that is ${state.status}.`,
	);
}

async function mapped<T, U>(
	named: Named<T>,
	of: (value: T) => U | Promise<U>,
): Promise<Named<U>> {
	const entries = Object.entries(named).map(
		async ([name, value]) => [name, await of(value)] as const,
	);
	return Object.fromEntries(await Promise.all(entries));
}

const imageOf = ({ image, wall }: ContainerWork) => ({
	image,
	pull: wall.pull,
	...(wall.platform === undefined ? {} : { platform: wall.platform }),
});
