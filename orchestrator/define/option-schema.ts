import { z } from "zod";
import { parseDuration, parseSize } from "../model/quantities.ts";
import { AuthorError } from "./author-error.ts";
import { didYouMean } from "./nearest.ts";
import { hasRef } from "./refs.ts";

/** The message of a schema: what it must be, and what was found. */
export const must = (what: string) => ({
	error: (issue: { readonly input?: unknown }): string =>
		`must be ${what}, not ${show(issue.input)}`,
});

/** A string that a plan can hold now: nothing in it is known only later. */
export const text = (what: string, pattern = /^[^\0]+$/) =>
	z
		.string(must(what))
		.regex(pattern, must(what))
		.refine((value) => !hasRef(value), {
			error:
				"holds a result of a task, which is known only once that is over. Only command, env and path inputs may hold one",
		});

/** Words as milliseconds. */
export const duration = quantity(
	parseDuration,
	'a duration such as "500ms", "30s", "10m", "2h" or "7d"',
);

/** Words as bytes. */
export const size = quantity(parseSize, 'a size such as "512m" or "1.5g"');

export const whole = (what: string, min: number) =>
	z.int(must(what)).min(min, must(what));

export const absolute = (what: string) =>
	text(
		`${what}, an absolute path without ".."`,
		/^\/(?!(.*\/)?\.\.(\/|$))[^\0]*$/,
	);

export const oneOf = <const Words extends readonly string[]>(words: Words) =>
	z.enum(words, must(words.map((word) => `"${word}"`).join(" or ")));

/** Names with values of a kind. Names become variables, folders or hosts, so they are plain. */
export const named = <Value extends z.ZodType>(
	what: string,
	value: Value,
	name = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/,
) =>
	z.record(
		z.string().regex(name, { error: `is no name for one of ${what}` }),
		value,
		must(`an object of ${what}`),
	);

/** The options, read; or an AuthorError that names the first wrong one and says what it must be. */
export function readOptions<T extends z.ZodObject>(
	schema: T,
	options: unknown,
	task: string | null,
): z.output<T> {
	const read = schema.safeParse(options);
	if (read.success) return read.data;
	const [issue] = read.error.issues;
	throw new AuthorError(issue ? sentence(issue, schema) : "wrong options.", {
		task,
	});
}

/** Options that the design has, and berth does not yet. */
const NOT_YET = new Set(["when", "cache", "secrets"]);

function sentence(issue: z.core.$ZodIssue, schema: z.ZodObject): string {
	const path = issue.path.map(String).join(".");
	if (issue.code === "invalid_key")
		return `option "${path}" ${issue.issues[0]?.message}. Use letters, digits, "_", "." and "-".`;
	if (issue.code !== "unrecognized_keys")
		return path === ""
			? `its options ${issue.message}.`
			: `option "${path}" ${issue.message}.`;
	const [key = ""] = issue.keys;
	const name = path === "" ? key : `${path}.${key}`;
	if (NOT_YET.has(name))
		return `option "${name}" does not work yet. Remove it.`;
	const known = path === "" ? Object.keys(schema.shape) : [];
	return `unknown option "${name}".${didYouMean(key, known) || (known.length > 0 ? ` There are: ${known.join(", ")}.` : " Remove it.")}`;
}

function quantity(parse: (words: string) => number | null, what: string) {
	return z
		.custom<string>(
			(value) => typeof value === "string" && parse(value) !== null,
			must(what),
		)
		.transform((words) => parse(words) ?? 0);
}

function show(value: unknown): string {
	if (typeof value === "string") return JSON.stringify(value);
	if (Array.isArray(value)) return "a list";
	if (typeof value === "function") return "a function";
	if (typeof value === "object" && value !== null) return "an object";
	return String(value);
}
