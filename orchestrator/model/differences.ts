import { TASK_ENV } from "../../shared/task-contract.ts";
import { changedWords } from "./changed-words.ts";
import type { FileChanges } from "./file-changes.ts";
import { inputDifferences } from "./input-differences.ts";
import { type Knob, knobsOf, leavesOf, shown } from "./knobs.ts";
import type { Text } from "./plan.ts";
import { canonical, type Recipe } from "./recipe.ts";
import type { Json, Named } from "./words.ts";

/** One part of what a task is made from that is not what it was. */
export interface Difference {
	readonly kind:
		| Knob["kind"]
		| "image"
		| "command"
		| "entrypoint"
		| "env"
		| "input"
		| "outputs"
		| "workdir"
		| "user"
		| "surroundings"
		| "contract";
	/** Of the param, variable, input or option; the plan's word for the image. */
	readonly name: string | null;
	readonly before: Json;
	readonly after: Json;
	readonly sentence: string;
}

/** What an attempt was made from, and what its run was asked for. */
export interface Made {
	readonly recipe: Recipe;
	/** Of the whole run. */
	readonly params: Named<Json>;
	readonly ds: string;
	readonly vars?: Named<string>;
	/** As its plan says it, where that is known. */
	readonly work?: Worded;
}

export interface Worded {
	readonly image: string;
	readonly command: readonly Text[];
	readonly env: Named<Text>;
}

/** Everything of which the outputs of a task depend that differs between two attempts. `files`: by input, what is known of its files. */
export function differences(
	before: Made,
	after: Made,
	files: Named<FileChanges> = {},
): readonly Difference[] {
	const was = before.recipe;
	const is = after.recipe;
	return [
		...imageDifference(before, after),
		...paramDifferences(before, after),
		...inputDifferences(was.in, is.in, files),
		...plain("entrypoint", was.entrypoint, is.entrypoint),
		...plain("workdir", was.workdir, is.workdir),
		...plain("user", was.user, is.user),
		...aroundIt(was.surroundings ?? {}, is.surroundings ?? {}),
		...plain("outputs", was.out, is.out),
		...plain("contract", was.contract, is.contract),
	];
}

function imageDifference(before: Made, after: Made): Difference[] {
	const was = before.recipe.image;
	const is = after.recipe.image;
	if (was.key === is.key) return [];
	const name = after.work?.image ?? null;
	const former = before.work?.image ?? name;
	const what =
		former === name
			? `image ${name === null ? "" : `${name} `}has changed`
			: `image ${former} → ${name}`;
	return [
		{
			kind: "image",
			name,
			before: was.key,
			after: is.key,
			sentence: `${what} (key ${short(was.key)} → ${short(is.key)})`,
		},
	];
}

/** Params that it reads, and whatever shows in its command and environment: named by what the run was asked for, where that explains it. */
function paramDifferences(before: Made, after: Made): Difference[] {
	const read = readParams(before.recipe.params, after.recipe.params);
	const words = changedWords(before, after, knobsOf(before, after));
	const named = new Map<string, Difference>();
	for (const { knob, places } of words.explained)
		named.set(`${knob.kind} ${knob.name}`, inPlaces(knob, places));
	for (const difference of read)
		named.set(`param ${difference.name}`, difference);
	return [...named.values(), ...words.others];
}

function readParams(was: Named<Json>, is: Named<Json>): Difference[] {
	const before = leavesOf(was);
	const after = leavesOf(is);
	const names = [...new Set([...before.keys(), ...after.keys()])];
	const others = names.flatMap((name): Difference[] => {
		const [from, to] = [before.get(name), after.get(name)];
		if (JSON.stringify(from) === JSON.stringify(to)) return [];
		const of = { kind: "param", name, before: from ?? null, after: to ?? null };
		return [{ ...of, kind: "param", sentence: changeOf(name, from, to) }];
	});
	return others.length > 0 ? others : reordered(was, is);
}

/** The same values in another order, in which a program may go through them. */
function reordered(was: Named<Json>, is: Named<Json>): Difference[] {
	if (JSON.stringify(was) === JSON.stringify(is)) return [];
	const [before, after] = [was, is].map((all) => [...leavesOf(all).keys()]) as [
		string[],
		string[],
	];
	const sentence = `params in another order: ${before.join(", ")} → ${after.join(", ")}`;
	return [{ kind: "param", name: null, before, after, sentence }];
}

function changeOf(name: string, from?: Json, to?: Json): string {
	if (from === undefined) return `param ${name} added: ${shown(to ?? null)}`;
	if (to === undefined) return `param ${name} removed (was ${shown(from)})`;
	return `param ${name} ${shown(from)} → ${shown(to)}`;
}

function inPlaces(knob: Knob, places: readonly string[]): Difference {
	const { kind, name, before, after } = knob;
	const what = {
		param: `param ${name}`,
		date: "the run's date",
		variable: `variable ${name}`,
		result: name,
	}[kind];
	return {
		kind,
		name,
		before,
		after,
		sentence: `${what} ${shown(before)} → ${shown(after)} (in its ${[...new Set(places)].join(" and ")})`,
	};
}

function plain(
	kind: "entrypoint" | "workdir" | "user" | "outputs" | "contract",
	before: Json,
	after: Json,
): Difference[] {
	if (JSON.stringify(before) === JSON.stringify(after)) return [];
	const word = kind === "contract" ? "version of the task contract" : kind;
	const sentence = `${word}: ${listed(before)} → ${listed(after)}`;
	return [{ kind, name: null, before, after, sentence }];
}

type Surroundings = NonNullable<Recipe["surroundings"]>;

function aroundIt(was: Surroundings, is: Surroundings): Difference[] {
	const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
	return names.flatMap((name): Difference[] => {
		const [before, after] = [was[name] ?? null, is[name] ?? null];
		if (canonical(before) === canonical(after)) return [];
		const change = `${listed(before)} → ${listed(after)}`;
		return name === TASK_ENV.ds
			? [otherDay(before, after, `the run's date ${change} (in $${name})`)]
			: [
					{
						kind: "surroundings",
						name,
						before,
						after,
						sentence: `${name}: ${change}`,
					},
				];
	});
}

const otherDay = (
	before: readonly Json[] | null,
	after: readonly Json[] | null,
	sentence: string,
): Difference => ({
	kind: "date",
	name: "ds",
	before: before?.[0] ?? null,
	after: after?.[0] ?? null,
	sentence,
});

const listed = (value: Json): string =>
	value === null
		? "none"
		: Array.isArray(value)
			? value.map((each) => shown(each as Json)).join(" ") || "none"
			: shown(value);

const short = (key: string): string => `${key.slice(0, 8)}…`;
