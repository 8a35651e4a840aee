import type { Json } from "../model/words.ts";
import { jsonOf, objectOf } from "./literals.ts";

/** Params by name, and within each by key. */
export type Shape = { [key: string]: Shape | Leaf };

/** A value of a params file, and how it was written. */
export class Leaf {
	readonly value: Json;
	readonly isFraction: boolean;

	constructor(value: Json, isFraction: boolean) {
		this.value = value;
		this.isFraction = isFraction;
	}
}

/** Adds a value to a shape. */
export function put(
	shape: Shape,
	[key = "", ...rest]: readonly string[],
	leaf: Leaf,
): void {
	if (rest.length === 0) shape[key] = leaf;
	else {
		const inner = shape[key];
		const next: Shape =
			inner === undefined || inner instanceof Leaf ? {} : inner;
		shape[key] = next;
		put(next, rest, leaf);
	}
}

/** Its zod type, as code. */
export function typeOf(inner: Shape | Leaf): string {
	if (inner instanceof Leaf)
		return `${zodOf(inner.value, inner.isFraction)}.default(${jsonOf(inner.value)})`;
	const entries = Object.entries(inner).map(
		([key, one]) => [key, typeOf(one)] as const,
	);
	return `z.strictObject(${objectOf(entries)}).prefault({})`;
}

/** The narrowest type that other values of the same kind fit. */
function zodOf(value: Json, isFraction: boolean): string {
	switch (typeof value) {
		case "string":
			return "z.string()";
		case "boolean":
			return "z.boolean()";
		case "number":
			return Number.isSafeInteger(value) && !isFraction
				? "z.int()"
				: "z.number()";
		default:
			return Array.isArray(value) ? listOf(value) : "z.json()";
	}
}

function listOf(values: readonly Json[]): string {
	const kinds = new Set(values.map((one) => typeof one));
	const [only] = kinds;
	if (kinds.size !== 1 || only === undefined || only === "object")
		return "z.array(z.json())";
	return `z.array(z.${only}())`;
}
