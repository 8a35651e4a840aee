import { TASK_ENV } from "../../shared/task-contract.ts";
import type { ContainerWork } from "../model/plan.ts";
import type { Named } from "../model/words.ts";
import type { ReadContainer } from "./container-schema.ts";
import { tasksOf } from "./refs.ts";

/** Whose plan it is, and for which day. */
export interface Planned {
	readonly pipeline: string;
	readonly ds: string;
}

/**
 * What berth tells a container of its run on which its outputs depend, as far as its words show: the variables that they name. What has
 * no inputs, and no date among its words, mostly makes something for the day, and may read it from its environment.
 */
export function toldOf(
	work: Words,
	{ pipeline, ds, task }: Planned & { readonly task: string },
	{ cache }: Pick<ReadContainer, "cache">,
): Named<string> {
	const all = [
		[TASK_ENV.pipeline, pipeline],
		[TASK_ENV.task, task],
		[TASK_ENV.ds, ds],
	] as const;
	const words = wordsOf(work);
	const isForTheDay =
		cache === undefined && isWithoutInputs(work) && !words.includes(ds);
	return Object.fromEntries(
		all.filter(
			([name]) => names(words, name) || (name === TASK_ENV.ds && isForTheDay),
		),
	);
}

/** A variable among a container's words that is another for each attempt; null when there is none. */
export function passingVariable(work: Words): string | null {
	const words = wordsOf(work);
	const passing = [TASK_ENV.run, TASK_ENV.attempt];
	return passing.find((name) => names(words, name)) ?? null;
}

type Words = Pick<
	ContainerWork,
	"entrypoint" | "command" | "env" | "params" | "in"
>;

const wordsOf = ({ entrypoint, command, env, params }: Words): string =>
	JSON.stringify([entrypoint, command, env, params]);

const names = (words: string, variable: string): boolean =>
	new RegExp(`\\b${variable}\\b`).test(words);

/** Nor values of earlier tasks. */
const isWithoutInputs = ({ in: inputs, command, env }: Words): boolean =>
	Object.keys(inputs).length === 0 &&
	[...command, ...Object.values(env)].flatMap(tasksOf).length === 0;
