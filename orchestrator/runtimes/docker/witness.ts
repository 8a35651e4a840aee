import type { ContainerName } from "../../model/words.ts";
import { type Container, finishedAt, startedAt } from "./container.ts";
import type { EngineCalls } from "./engine-calls.ts";
import { EngineError } from "./engine-errors.ts";
import { inspect } from "./inspect.ts";

/** The code of a program that says so, or of a container that an engine found dead when it came back. */
export const mayBeForgotten = ({ State }: Container): boolean =>
	State.ExitCode === 255;

/**
 * Did the engine see it end? Then it tells of its death. One that was dead itself by then gives 255 to what it finds, whatever the
 * program gave. Its memory for events is short: who asks long after cannot be told, and takes that for a no.
 */
export async function wasSeenToEnd(
	calls: EngineCalls,
	name: ContainerName,
	container: Container,
): Promise<boolean> {
	const at = (finishedAt(container) ?? 0) / 1000;
	const when = { since: at - AROUND_S, until: at + AROUND_S };
	const death = { container, event: "die", ...when } as const;
	return (await isTold(calls, name, death)) ?? true; // one that tells us of no events is believed
}

/**
 * The container, with what the engine learned only after its end: that its memory had run out. That news comes on a way of its own, so
 * it is waited for a little; and some engines tell it in their events alone.
 */
export async function withLateNews(
	calls: EngineCalls,
	name: ContainerName,
	container: Container,
): Promise<Container | null> {
	const since = (startedAt(container) ?? 0) / 1000;
	const until = (finishedAt(container) ?? 0) / 1000 + NEWS_S;
	const news = { container, event: "oom", since, until } as const;
	const OOMKilled = await isTold(calls, name, news);
	const now = await inspect(calls, name);
	return now && OOMKilled
		? { ...now, State: { ...now.State, OOMKilled } }
		: now;
}

/** Null: the engine does not tell us of events. */
async function isTold(
	calls: EngineCalls,
	name: ContainerName,
	{ container, event, since, until }: Happening,
): Promise<boolean | null> {
	const filters = { container: [container.Id], event: [event] };
	const query = { since, until, filters: JSON.stringify(filters) };
	try {
		for await (const told of calls.stream("GET", "/events", { query }))
			if (told.includes(name)) return true;
		return false;
	} catch (error) {
		if (error instanceof EngineError) return null;
		throw error;
	}
}

interface Happening {
	readonly container: Container;
	readonly event: "die" | "oom";
	/** Seconds since the epoch, by the engine's clock. */
	readonly since: number;
	readonly until: number;
}

/** The news of a death can be later than the end, but not by much. */
const AROUND_S = 5;

const NEWS_S = 2;
