import type { Made } from "./differences.ts";
import type { Json, Named } from "./words.ts";

/** Something that a run was asked for, or was given by another task, and that is not what it was. */
export interface Knob {
	readonly kind: "param" | "date" | "variable" | "result";
	/** Dotted, where it lies deeper. */
	readonly name: string;
	readonly before: Json;
	readonly after: Json;
}

/** What the two runs were asked for that differs. */
export function knobsOf(before: Made, after: Made): readonly Knob[] {
	const date: Knob[] =
		before.ds === after.ds
			? []
			: [{ kind: "date", name: "ds", before: before.ds, after: after.ds }];
	return [
		...turned("param", before.params, after.params),
		...turned("variable", before.vars ?? {}, after.vars ?? {}),
		...date,
	];
}

function turned(
	kind: "param" | "variable",
	was: Named<Json>,
	is: Named<Json>,
): Knob[] {
	const before = leavesOf(was);
	return [...leavesOf(is)].flatMap(([name, after]): Knob[] => {
		const from = before.get(name);
		return from === undefined || asWord(from) === asWord(after)
			? []
			: [{ kind, name, before: from, after }];
	});
}

/** The values that lie deepest, by their dotted names. A list is one value, and so is what holds nothing. */
export function leavesOf(value: Named<Json>, above = ""): Map<string, Json> {
	const leaves = new Map<string, Json>();
	for (const [key, inside] of Object.entries(value)) {
		const name = above === "" ? key : `${above}.${key}`;
		if (!isMap(inside) || Object.keys(inside).length === 0)
			leaves.set(name, inside);
		else
			for (const [deeper, leaf] of leavesOf(inside, name))
				leaves.set(deeper, leaf);
	}
	return leaves;
}

// Array.isArray does not narrow readonly arrays out.
const isMap = (value: Json): value is Named<Json> =>
	typeof value === "object" && value !== null && !Array.isArray(value);

/** As it stands in a command. */
export const asWord = (value: Json): string =>
	typeof value === "string" ? value : JSON.stringify(value);

/** For a person: quoted only where that helps, and never a page long. */
export function shown(value: Json): string {
	const isPlain = typeof value === "string" && /^[\w./:@~+=,-]+$/.test(value);
	const text = isPlain ? value : JSON.stringify(value);
	return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

const LONGEST = 80;
