import { z } from "zod";
import type { Json } from "../model/words.ts";
import { KNOWN_LATER, show } from "./option-schema.ts";
import { hasRef } from "./refs.ts";
import { ResultRef } from "./values.ts";

/** A value that a plan can hold now, as JSON does. */
export const jsonValue = z
	.custom<Json | undefined>()
	.superRefine((value, context) => {
		const wrong = wrongIn(value, []);
		if (wrong) context.addIssue({ code: "custom", ...wrong });
	});

interface Wrong {
	readonly path: string[];
	readonly message: string;
}

/** The first thing in it that JSON cannot hold, or that is not known yet. */
function wrongIn(value: unknown, path: string[]): Wrong | null {
	if (value instanceof ResultRef) return { path, message: KNOWN_LATER };
	if (typeof value === "string")
		return hasRef(value) ? { path, message: KNOWN_LATER } : null;
	if (value === undefined || value === null || typeof value === "boolean")
		return null;
	if (typeof value === "number" && Number.isFinite(value)) return null;
	if (path.length > DEEPEST || !isContainer(value))
		return { path, message: `${NO_JSON}, not ${show(value)}` };
	for (const [key, inside] of Object.entries(value)) {
		const wrong = wrongIn(inside, [...path, key]);
		if (wrong) return wrong;
	}
	return null;
}

const NO_JSON =
	"must be a value that JSON can hold: a string, a number, true, false, null, a list or a plain object of such";

/** Deeper than anybody writes; what contains itself is endless. */
const DEEPEST = 50;

const isContainer = (value: unknown): value is object =>
	Array.isArray(value) ||
	(typeof value === "object" &&
		value !== null &&
		Object.getPrototypeOf(value) === Object.prototype);
