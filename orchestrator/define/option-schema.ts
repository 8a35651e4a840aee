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
		.refine((value) => !hasRef(value), { error: KNOWN_LATER });

export const KNOWN_LATER =
	"holds a result of a task, which is known only once that is over. Only command, env and path inputs may hold one";

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
		z.string().regex(name, {
			error: `is no name for one of ${what}: use letters, digits, "_", "." and "-"`,
		}),
		value,
		must(`an object of ${what}`),
	);

/** An object with these options and no others. */
export const optionsOf = <Shape extends z.core.$ZodLooseShape>(
	shape: Shape,
	what: string,
) =>
	z.strictObject(shape, {
		error: (issue) =>
			issue.code === "unrecognized_keys"
				? `has no "${issue.keys[0]}".${hint(issue.keys[0] ?? "", shape)}`
				: must(what).error(issue),
	});

/** The options, read; or an AuthorError that names the first wrong one and says what it must be. */
export function readOptions<T extends z.ZodObject>(
	schema: T,
	options: unknown,
	task: string | null,
): z.output<T> {
	const read = schema.safeParse(options);
	if (read.success) return read.data;
	throw new AuthorError(sentence(read.error.issues, schema), { task });
}

/** Options that the design has, and berth does not yet. */
const NOT_YET = new Set(["when", "secrets"]);

function sentence(
	issues: readonly z.core.$ZodIssue[],
	schema: z.ZodObject,
): string {
	const unknown = issues.find(({ code }) => code === "unrecognized_keys");
	const issue = unknown ?? issues[0];
	if (!issue) return "its options are wrong.";
	const path = issue.path.map(String).join(".");
	if (issue.code === "unrecognized_keys" && path === "")
		return unknownOption(issue.keys[0] ?? "", schema.shape);
	const words = messageOf(issue).replace(/\.$/, "");
	const end = words.endsWith("?") ? "" : ".";
	return `${path === "" ? "its options" : `option "${path}"`} ${words}${end}`;
}

const messageOf = (issue: z.core.$ZodIssue): string =>
	(issue.code === "invalid_key" && issue.issues[0]?.message) || issue.message;

const unknownOption = (name: string, shape: object): string =>
	NOT_YET.has(name)
		? `option "${name}" does not work yet. Remove it.`
		: `unknown option "${name}".${hint(name, shape)}`;

const hint = (name: string, shape: object): string =>
	didYouMean(name, Object.keys(shape)) ||
	` There are: ${Object.keys(shape).join(", ")}.`;

function quantity(parse: (words: string) => number | null, what: string) {
	return z
		.custom<string>(
			(value) => typeof value === "string" && parse(value) !== null,
			must(what),
		)
		.transform((words) => parse(words) ?? 0);
}

export function show(value: unknown): string {
	if (typeof value === "string") return JSON.stringify(value);
	if (Array.isArray(value)) return "a list";
	if (typeof value === "function") return "a function";
	if (typeof value === "object" && value !== null) return "an object";
	return String(value);
}
