import { z } from "zod";
import type { Schedule } from "../model/schedule.ts";
import { scheduleProblem } from "../model/schedule.ts";
import { AuthorError } from "./author-error.ts";
import type { Context, None, PipelineOptions, Shape } from "./authoring.ts";
import { must, oneOf, optionsOf, readOptions, text } from "./option-schema.ts";
import { asBerth } from "./outside.ts";

/** What a file of the pipelines folder exports by default. */
export class Pipeline {
	readonly name: string;
	readonly params: Shape;
	readonly build: Build;
	readonly #schedule: z.output<typeof scheduleSchema> | undefined;

	constructor(
		name: string,
		options: z.output<typeof optionsSchema>,
		build: Build,
	) {
		this.name = name;
		this.params = options.params;
		this.build = build;
		this.#schedule = options.schedule;
	}

	/** When it runs by itself, in the zone it says or else in this one. */
	schedule(zone: string): Schedule | null {
		return this.#schedule
			? { ...this.#schedule, zone: this.#schedule.zone ?? zone }
			: null;
	}
}

/**
 * A pipeline: its name, when it runs and what it can be told, and the function that makes the plan of one run.
 *
 * @example
 * export default pipeline("hello", { schedule: { cron: "@daily" } }, ({ ds, container }) => {
 * 	container("greet", { image: "alpine:3.22", command: ["echo", `hello ${ds}`] });
 * });
 */
export function pipeline<const Params extends Shape = None>(
	name: string,
	options: PipelineOptions<Params>,
	build: (context: Context<Params>) => void,
): Pipeline {
	try {
		// Its own types were checked where it was written; from here on every pipeline is the same.
		return define(name, options, build as Build);
	} catch (error) {
		throw error instanceof AuthorError
			? new AuthorError(error.message, { pipeline: name })
			: error;
	}
}

type Build = (context: Context<Shape>) => unknown;

function define(name: unknown, options: unknown, build: Build): Pipeline {
	if (typeof name !== "string" || !NAME.test(name))
		throw new AuthorError(
			`${JSON.stringify(name) ?? "undefined"} is no name for a pipeline. Use letters, digits, "_", "." and "-", at most 100 of them.`,
		);
	const read = readOptions(optionsSchema, options, null);
	if (typeof build !== "function")
		throw new AuthorError(
			"a pipeline's third argument must be the function that makes its tasks: ({ ds, container }) => { … }.",
		);
	const made = new Pipeline(name, read, build);
	const schedule = made.schedule("UTC");
	// It looks when the schedule would be due next.
	const problem = schedule && asBerth(() => scheduleProblem(schedule));
	if (problem) throw new AuthorError(problem);
	return made;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

const scheduleSchema = optionsOf(
	{
		cron: text('a cron expression such as "@daily" or "30 6 * * 1"'),
		zone: text('a time zone such as "Europe/Berlin"').optional(),
		catchup: oneOf(["all", "latest", "none"]).default("latest"),
		overlap: oneOf(["queue", "skip", "allow"]).default("queue"),
		start: text("a day, YYYY-MM-DD").nullable().default(null),
	},
	'an object: { cron: "@daily" }',
);

const optionsSchema = optionsOf(
	{
		schedule: scheduleSchema.optional(),
		params: z
			.record(
				z.string().regex(/^[A-Za-z_][A-Za-z0-9_-]*$/, {
					error: "is no name for a param",
				}),
				z.custom<z.ZodType>(
					(value) => value instanceof z.ZodType,
					must(
						'a zod type, such as z.int().default(42), with the z of "berth"',
					),
				),
				must("an object of zod types: { seed: z.int().default(42) }"),
			)
			.default({}),
	},
	"an object, which may be empty: {}",
);
