import type { Json } from "../model/words.ts";
import type { Loop } from "./definition.ts";
import { Fault, isObject, type JsonObject } from "./stage.ts";

/** One turn of a loop: the end of the stage's name, and what `${item}` and `${key}` mean in it. */
export interface Turn {
	readonly key: string;
	readonly values: JsonObject;
}

/** The turns of `foreach` or `matrix`, in DVC's order and with DVC's names. */
export function turnsOf(
	loop: Loop,
	over: Json,
	place: string,
): readonly Turn[] {
	switch (loop.kind) {
		case "foreach":
			return each(over, place);
		case "matrix":
			return combinations(over, place);
	}
}

function each(over: Json, place: string): readonly Turn[] {
	if (isObject(over))
		return Object.entries(over).map(([key, item]) => ({
			key,
			values: { item, key },
		}));
	if (!Array.isArray(over))
		throw new Fault(`${place}: foreach wants a list or a dictionary.`);
	const isPlain = over.every((item) => typeof item !== "object");
	return over.map((item, index) => ({
		key: isPlain ? shown(item) : String(index),
		values: { item },
	}));
}

function combinations(over: Json, place: string): readonly Turn[] {
	if (!isObject(over))
		throw new Fault(`${place}: matrix wants a dictionary of lists.`);
	let turns: { names: string[]; item: Record<string, Json> }[] = [
		{ names: [], item: {} },
	];
	for (const [name, values] of Object.entries(over)) {
		if (!Array.isArray(values))
			throw new Fault(`${place}: "${name}" of the matrix wants a list.`);
		turns = turns.flatMap(({ names, item }) =>
			values.map((value, index) => ({
				names: [
					...names,
					typeof value === "object" ? `${name}${index}` : shown(value),
				],
				item: { ...item, [name]: value },
			})),
		);
	}
	return turns.map(({ names, item }) => {
		const key = names.join("-");
		return { key, values: { item, key } };
	});
}

const shown = (value: Json): string =>
	value === null ? "None" : String(value);
