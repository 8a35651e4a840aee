import { z } from "zod";
import { DEFAULT_GRACE_MS, EXIT_SKIP } from "../../shared/task-contract.ts";
import { jsonValue } from "./json-value.ts";
import {
	absolute,
	duration,
	must,
	named,
	optionsOf,
	text,
	whole,
} from "./option-schema.ts";
import { artifact, orderShape } from "./task-schema.ts";
import { ResultRef } from "./values.ts";
import { wallShape } from "./wall-schema.ts";

const word = z.custom<string | number | boolean | ResultRef>(
	(value) =>
		typeof value === "string" ||
		typeof value === "boolean" ||
		(typeof value === "number" && Number.isFinite(value)) ||
		value instanceof ResultRef,
	must("a string, a number, true, false or a task's result"),
);

const imageReference = text(
	"a folder's name under the images folder, or an image reference",
	/^[A-Za-z0-9][A-Za-z0-9._:/@-]*$/,
);

const CACHE = 'true, false, or { for: "7d" }';

const words = (what: string) =>
	z.array(text("a word"), must(`a list of words: ${what}`));

/** The options of `container`, as a plan needs them. */
export const containerSchema = optionsOf(
	{
		image: imageReference,
		command: z
			.array(word, must('a list of words: ["train", "--seed", "1"]'))
			.default([]),
		entrypoint: words('["/bin/sh", "-c"]').optional(),
		env: named(
			"variables",
			word,
			/^(?!BERTH_)[A-Za-z_][A-Za-z0-9_.-]*$/,
		).default({}),
		workdir: absolute("a folder in the container").optional(),
		user: z
			.union([z.string(), z.number()])
			.transform(String)
			.pipe(text('"uid" or "uid:gid", in numbers', /^\d+(:\d+)?$/))
			.optional(),
		in: named("inputs", artifact).default({}),
		out: named("outputs", text("a path below the data directory")).default({}),
		params: named("params", jsonValue).optional(),
		result: z
			.record(
				z.string(),
				z.custom<z.ZodType>(
					(value) => value instanceof z.ZodType,
					must("a zod type, such as z.int()"),
				),
				must("an object of zod types: { rows: z.int() }"),
			)
			.optional(),
		...orderShape,
		timeout: duration.optional(),
		cache: z
			.union([z.boolean(), optionsOf({ for: duration }, CACHE)], must(CACHE))
			.optional(),
		grace: duration.default(DEFAULT_GRACE_MS),
		skipOn: z
			.array(
				whole("exit codes from 1 to 255", 1).max(
					255,
					must("exit codes from 1 to 255"),
				),
				must("a list of exit codes: [99]"),
			)
			.default([EXIT_SKIP]),
		...wallShape,
	},
	'an object: { image: "…" }',
);

/** Those options, read. */
export type ReadContainer = z.output<typeof containerSchema>;
