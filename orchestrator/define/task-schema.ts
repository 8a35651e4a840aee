import { z } from "zod";
import { duration, must, oneOf, optionsOf, whole } from "./option-schema.ts";
import {
	OutputValue,
	PromotionValue,
	SensorValue,
	TaskValue,
} from "./values.ts";

/** What gives a task its data. */
export const artifact = z.custom<ArtifactValue>(
	(value) =>
		(typeof value === "string" && value !== "") ||
		value instanceof OutputValue ||
		value instanceof SensorValue ||
		value instanceof PromotionValue,
	must(
		"a task's output (prepare.out.table), a sensor, or a path below the data directory",
	),
);

export type ArtifactValue = string | OutputValue | SensorValue | PromotionValue;

const task = z.custom<TaskValue>(
	(value) => value instanceof TaskValue,
	must("a task that this function made"),
);

const RETRIES = 'a number of times, or { times: 2, backoff: "30s" }';

const retries = z
	.union(
		[
			whole("a number of times", 0),
			optionsOf(
				{ times: whole("a number of times", 0), backoff: duration.optional() },
				RETRIES,
			),
		],
		must(RETRIES),
	)
	.default(0)
	.transform((given) => {
		const { times, backoff } =
			typeof given === "number" ? { times: given, backoff: undefined } : given;
		return { times, backoffMs: backoff ?? 30_000 };
	});

/** What starts a task, and what starts it again. */
export const orderShape = {
	after: z.array(task, must("a list of tasks: [prepare]")).default([]),
	join: oneOf(["all-succeeded", "all-over"]).default("all-succeeded"),
	retries,
};
