import { z } from "zod";
import type { TaskName } from "../model/words.ts";

/** What requests may say. What is wrong with one is told in the words that stand here. */
const whole = (most: number): z.ZodType<number> => {
	const wanted = `wanted a whole number from 1 to ${most}`;
	return z.coerce.number(wanted).int(wanted).min(1, wanted).max(most, wanted);
};
const name = z.string("wanted a pipeline's name").min(1);
const STATUSES = [
	"queued",
	"running",
	"succeeded",
	"failed",
	"cancelled",
] as const;
const key = z.ulid("wanted a ULID").optional();
/** It is printed on people's terminals. */
const by = z
	.string("wanted the name of an account")
	.regex(
		/^[^\p{C}]{1,100}$/u,
		"wanted the name of an account, at most 100 characters",
	)
	.optional();
const path = z.string("wanted a path below the data directory").min(1);
export const promoteRequest = z.strictObject({ path, to: path, key, by });
export const rollbackRequest = z.strictObject({
	path,
	to: z.string("wanted an entry of the history").optional(),
	key,
	by,
});
export const gcRequest = z.strictObject({
	keep: whole(1_000_000).optional(),
	keepDays: z
		.number("wanted a number of days")
		.min(0, "wanted a number of days")
		.max(100_000, "wanted a number of days")
		.optional(),
	dryRun: z.boolean("wanted true or false").default(false),
});
export const replayRequest = z.strictObject({
	key,
	by,
	only: z
		.string("wanted a task's name")
		.min(1)
		.transform((task) => task as TaskName)
		.optional(),
});
export const lineageQuery = z.strictObject({
	of: z.string("wanted a path, an object's hash, or <run>/<task>").min(1),
});
const noCache = z.boolean("wanted true or false").optional();
export const retryRequest = z.strictObject({ key, by, noCache });
/** What a run is planned from. */
const planRequest = z.strictObject({
	pipeline: name,
	ds: z.iso.date('wanted a date such as "2026-11-20"').optional(),
	params: z
		.record(z.string(), z.json(), "wanted an object of params")
		.default({}),
	only: z
		.array(z.string("wanted names of tasks"), "wanted a list of tasks")
		.optional(),
});
const side = z.string("wanted a path, an object's hash, or a run").min(1);
export const diffQuery = z.strictObject({ a: side, b: side });
export const statusRequest = planRequest.extend({ pipeline: name.optional() });
export const startRequest = planRequest.extend({
	noCache,
	key,
	by,
});
export const sweepRequest = z.strictObject({
	pipeline: name,
	ds: z.iso.date('wanted a date such as "2026-11-20"').optional(),
	sets: z.record(
		z.string(),
		z.string("wanted values as a string, such as a,b or 1..5"),
		"wanted an object of strings",
	),
	key: z.ulid("wanted a ULID"),
	by,
});
export const variable = z.strictObject({ value: z.string("wanted a string") });
export const runFilter = z.strictObject({
	pipeline: name.optional(),
	status: z.enum(STATUSES, `wanted one of ${STATUSES.join(", ")}`).optional(),
	sweep: z.string().optional(),
	limit: whole(1_000_000).optional(),
});
export const logQuery = z.strictObject({
	attempt: whole(1_000_000).optional(),
	tail: whole(1_000_000).optional(),
	follow: z
		.enum(["true", "false"], 'wanted "true" or "false"')
		.default("false"),
});

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Absent keys instead of undefined ones. */
export const definedOf = <T extends object>(value: T): Defined<T> =>
	Object.fromEntries(
		Object.entries(value).filter(([, inside]) => inside !== undefined),
	) as Defined<T>;
