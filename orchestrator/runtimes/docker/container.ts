import { z } from "zod";
import type { Instant } from "../../model/words.ts";
import { LABEL } from "./labels.ts";

/** What we read of a container. */
export const Container = z.object({
	Id: z.string(),
	Name: z.string(),
	State: z.object({
		Status: z.string(),
		Running: z.boolean(),
		OOMKilled: z.boolean(),
		ExitCode: z.number(),
		Error: z.string().default(""),
		StartedAt: z.string(),
		FinishedAt: z.string(),
	}),
	Path: z.string().default(""),
	Args: z
		.array(z.string())
		.nullish()
		.transform((args) => args ?? []),
	Config: z.object({
		Labels: z
			.record(z.string(), z.string())
			.nullish()
			.transform((labels) => labels ?? {}),
	}),
	HostConfig: z.object({ Memory: z.number().default(0) }),
});

export type Container = z.infer<typeof Container>;

/** When the engine started it; null when it never did. */
export const startedAt = ({ State }: Container): Instant | null =>
	instant(State.StartedAt);

export const finishedAt = ({ State }: Container): Instant | null =>
	instant(State.FinishedAt);

export const taskOf = ({ Config, Name }: Container): string =>
	Config.Labels[LABEL.task] ?? Name.replace(/^\//, "");

/** The engine's zero time is year 1. */
function instant(text: string): Instant | null {
	const at = Date.parse(text);
	return at > 0 ? (at as Instant) : null;
}
