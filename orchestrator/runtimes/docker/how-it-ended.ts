import type { ContainerName, Instant } from "../../model/words.ts";
import type { Exit } from "../port.ts";
import type { Container } from "./container.ts";
import { ending, mayBeInit, mayBeOutOfMemory, vanished } from "./endings.ts";
import type { EngineCalls } from "./engine-calls.ts";
import { unreachable } from "./engine-errors.ts";
import type { MemoryUse } from "./memory-use.ts";
import { mayBeForgotten, wasSeenToEnd, withLateNews } from "./witness.ts";

/** How an attempt has ended whose container looks like this, with whatever else the engine can tell of it. */
export async function howItEnded(
	{ calls, now }: { readonly calls: EngineCalls; readonly now: () => Instant },
	name: ContainerName,
	{ container: seen, asked, peak }: Seen,
): Promise<Exit> {
	const isUnexplained =
		seen !== null && mayBeOutOfMemory(seen) && asked() === null;
	const container = isUnexplained
		? await withLateNews(calls, name, seen)
		: seen;
	if (container?.State.Running)
		throw unreachable(`${name} runs, although it had ended`);
	if (!container || GONE.has(container.State.Status))
		return vanished(name, now());
	return ending(container, now(), {
		asked: asked(),
		seen:
			!mayBeForgotten(container) ||
			(await wasSeenToEnd(calls, name, container)),
		peak: peak(),
		lastWords: mayBeInit(container) ? await lastWords(calls, name) : null,
	});
}

interface Seen {
	/** Null when it is not there. */
	readonly container: Container | null;
	/** When it was first asked to stop. */
	readonly asked: () => Instant | null;
	/** The most memory that it was seen to use. */
	readonly peak: () => MemoryUse | null;
}

function lastWords(calls: EngineCalls, name: ContainerName): Promise<string> {
	const query = { stderr: "1", tail: "1" };
	return calls.text("GET", `/containers/${name}/logs`, { query });
}

/** Being removed, or half removed. */
const GONE = new Set(["removing", "dead"]);
