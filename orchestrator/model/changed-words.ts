import type { Difference, Made } from "./differences.ts";
import { asWord, type Knob, shown } from "./knobs.ts";
import type { Text } from "./plan.ts";
import { own } from "./words.ts";

/** What differs in the command and in the environment. */
export interface ChangedWords {
	/** What the runs were asked for that explains words, and where those stand. */
	readonly explained: readonly {
		readonly knob: Knob;
		readonly places: readonly string[];
	}[];
	/** The rest. */
	readonly others: readonly Difference[];
}

/** A word is explained by a knob when putting the new value in the place of the old one makes the new word of the old one. */
export function changedWords(
	before: Made,
	after: Made,
	knobs: readonly Knob[],
): ChangedWords {
	const explained = new Map<Knob, string[]>();
	const others: Difference[] = [];
	for (const change of [...inCommand(before, after), ...inEnv(before, after)]) {
		const knob = refIn(change) ?? explanationOf(change, knobs);
		if (knob === null) others.push(change.difference);
		else explained.set(knob, [...(explained.get(knob) ?? []), change.place]);
	}
	return {
		explained: [...explained].map(([knob, places]) => ({ knob, places })),
		others,
	};
}

/** One word that is another one now. */
interface Change {
	/** Null where it was added or removed. */
	readonly from: string | null;
	readonly to: string | null;
	/** What stands before it, or its variable's name: it tells values apart that changed alike. */
	readonly beside: string;
	readonly place: string;
	/** As the plan has it. */
	readonly text: Text | undefined;
	readonly difference: Difference;
}

function inCommand(before: Made, after: Made): Change[] {
	const was = before.recipe.command;
	const is = after.recipe.command;
	if (was.length !== is.length) return [rewritten(was, is)];
	return is.flatMap((to, index): Change[] => {
		const from = was[index] ?? "";
		if (from === to) return [];
		const beside = is[index - 1] ?? "";
		const flag = beside.startsWith("-") ? `${beside} ` : "";
		return [
			{
				from,
				to,
				beside,
				place: "command",
				text: after.work?.command[index],
				difference: {
					kind: "command",
					name: null,
					before: from,
					after: to,
					sentence: `command: ${flag}${shown(from)} → ${flag}${shown(to)}`,
				},
			},
		];
	});
}

/** Of another length: what lies between the words that both begin and end with. */
function rewritten(was: readonly string[], is: readonly string[]): Change {
	const shorter = Math.min(was.length, is.length);
	let head = 0;
	while (head < shorter && was[head] === is[head]) head++;
	let tail = 0;
	while (tail < shorter - head && was.at(-1 - tail) === is.at(-1 - tail))
		tail++;
	const [from, to] = [was, is].map((words) =>
		words.slice(head, words.length - tail),
	) as [string[], string[]];
	const said = (words: string[]): string => words.map(shown).join(" ");
	const sentence =
		from.length === 0
			? `command: ${said(to)} added`
			: to.length === 0
				? `command: ${said(from)} removed`
				: `command: ${said(from)} → ${said(to)}`;
	const difference: Difference = {
		kind: "command",
		name: null,
		before: from,
		after: to,
		sentence,
	};
	return {
		from: null,
		to: null,
		beside: "",
		place: "command",
		text: undefined,
		difference,
	};
}

function inEnv(before: Made, after: Made): Change[] {
	const was = before.recipe.env;
	const is = after.recipe.env;
	const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
	return names.flatMap((name): Change[] => {
		const [from = null, to = null] = [own(was, name), own(is, name)];
		if (from === to) return [];
		const sentence =
			from === null
				? `env ${name} added: ${shown(to)}`
				: to === null
					? `env ${name} removed (was ${shown(from)})`
					: `env ${name}: ${shown(from)} → ${shown(to)}`;
		return [
			{
				from,
				to,
				beside: name,
				place: `env ${name}`,
				text: after.work?.env[name],
				difference: { kind: "env", name, before: from, after: to, sentence },
			},
		];
	});
}

/** A value of another task's result. */
function refIn({ text, from, to }: Change): Knob | null {
	if (typeof text !== "object" || !("$ref" in text)) return null;
	if (from === null || to === null) return null;
	return { kind: "result", name: text.$ref.join("."), before: from, after: to };
}

function explanationOf(change: Change, knobs: readonly Knob[]): Knob | null {
	const fitting = knobs.filter((knob) => explains(knob, change));
	const named = fitting.find(({ name }) =>
		change.beside.toLowerCase().includes(lastOf(name)),
	);
	return named ?? fitting[0] ?? null;
}

function explains({ before, after }: Knob, { from, to }: Change): boolean {
	const [old, young] = [asWord(before), asWord(after)];
	if (from === null || to === null || old === "" || old === young) return false;
	if (from.replaceAll(old, () => young) === to) return true;
	for (let at = from.indexOf(old); at >= 0; at = from.indexOf(old, at + 1))
		if (from.slice(0, at) + young + from.slice(at + old.length) === to)
			return true;
	return false;
}

const lastOf = (name: string): string =>
	(name.split(".").at(-1) ?? name).toLowerCase();
