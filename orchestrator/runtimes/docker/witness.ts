import type { ContainerName } from "../../model/words.ts";
import { type Container, finishedAt } from "./container.ts";
import type { EngineCalls } from "./engine-calls.ts";
import { EngineError } from "./engine-errors.ts";

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
	const query = {
		since: at - AROUND_S,
		until: at + AROUND_S,
		filters: JSON.stringify({ container: [container.Id], event: ["die"] }),
	};
	try {
		for await (const event of calls.stream("GET", "/events", { query }))
			if (event.includes(name)) return true;
		return false;
	} catch (error) {
		if (error instanceof EngineError) return true; // it does not tell us of events: it is believed
		throw error;
	}
}

/** The news of a death can be later than the end, but not by much. */
const AROUND_S = 5;
