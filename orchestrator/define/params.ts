import { z } from "zod";
import type { Json, Named } from "../model/words.ts";
import { AuthorError } from "./author-error.ts";
import type { Shape } from "./authoring.ts";
import { didYouMean } from "./nearest.ts";

/** The params of a run: those given, checked, and the defaults of the rest. A string is read as JSON where the param's type does not take it as it is. */
export function readParams(shape: Shape, given: Named<Json>): Named<Json> {
	for (const name of Object.keys(given))
		if (!Object.hasOwn(shape, name)) throw unknown(name, Object.keys(shape));
	const read = Object.entries(shape).map(([name, type]) => [
		name,
		readParam(name, type, given[name]),
	]);
	return Object.fromEntries(read.filter(([, value]) => value !== undefined));
}

/** JSON Schema of the params, for pages and programs. */
export function paramsSchema(shape: Shape): Json {
	const schema = z.toJSONSchema(z.strictObject(shape), {
		io: "input",
		unrepresentable: "any",
	});
	return JSON.parse(JSON.stringify(schema)) as Json;
}

function unknown(name: string, names: readonly string[]): AuthorError {
	const known =
		names.length === 0
			? " The pipeline has no params."
			: ` Its params are ${names.join(", ")}.`;
	return new AuthorError(
		`there is no param "${name}".${didYouMean(name, names) || known}`,
	);
}

function readParam(
	name: string,
	type: z.ZodType,
	given: Json | undefined,
): Json | undefined {
	const read = type.safeParse(given);
	const better =
		!read.success && typeof given === "string" ? fromJson(given) : undefined;
	const final = better === undefined ? read : type.safeParse(better);
	if (!final.success) throw unfit(name, given, final.error);
	if (final.data === undefined || isJson(final.data)) return final.data;
	throw new AuthorError(
		`param "${name}" becomes a value that JSON cannot hold. Use strings, numbers, booleans, lists and objects, such as z.iso.date() for a date.`,
	);
}

function unfit(
	name: string,
	given: Json | undefined,
	error: z.ZodError,
): AuthorError {
	const why = error.issues
		.map(({ message, path }) => [...path.map(String), message].join(": "))
		.join("; ");
	const what =
		given === undefined ? "is needed" : `cannot be ${JSON.stringify(given)}`;
	return new AuthorError(
		`param "${name}" ${what}: ${why}. Give it with --set ${name}=….`,
		{ missing: given === undefined ? "param" : null },
	);
}

function fromJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function isJson(value: unknown): value is Json {
	if (value === null || typeof value === "string" || typeof value === "boolean")
		return true;
	if (typeof value === "number") return Number.isFinite(value);
	if (Array.isArray(value)) return value.every(isJson);
	const isPlain =
		typeof value === "object" &&
		Object.getPrototypeOf(value) === Object.prototype;
	return isPlain && Object.values(value).every(isJson);
}
