import type { LogCursor } from "../log-port.ts";
import type { Attached } from "./attach.ts";
import type { AttachSocket } from "./attach-socket.ts";
import { type Container, finishedAt } from "./container.ts";
import { LogFrames } from "./log-frames.ts";
import type { Ask } from "./read-pieces.ts";

/** What was heard of a container, and how to learn how it is. */
export interface Heard extends Pick<Attached, "exit" | "look" | "hearing"> {
	readonly socket: AttachSocket;
}

/**
 * Was a container heard to its end? The line also ends when the engine is killed, or somebody between cuts it. It was the end when the
 * engine lived through it (it answers what was asked before), the container had ended by then, and the last that the engine has stored
 * is the last that was heard.
 */
export async function isHeardWhole(
	of: Heard,
	heard: LogCursor,
	ask: Ask,
): Promise<boolean> {
	const { endedAt } = of.socket;
	if (endedAt === null) return false;
	const container = await afterItsEnd(of);
	if (!container || container.State.Running) return false;
	const finished = finishedAt(container);
	if (finished === null || finished > endedAt) return false;
	if (!heard.stdout && !heard.stderr) return true;
	const log = new LogFrames({ stdout: null, stderr: null });
	for await (const piece of ask({ tail: 1 }))
		for (const { stream, bytes } of log.push(piece))
			if (!isEndOf(heard[stream]?.end ?? "", bytes)) return false;
	return true;
}

/** The engine does not keep whether the last part of a long line ended with a line feed. */
function isEndOf(end: string, last: Uint8Array): boolean {
	const line = Buffer.from(last.subarray(-KNOWN_BYTES)).toString("latin1");
	const [ours, theirs] = [end, line].map((text) => text.replace(/\n$/, ""));
	return (ours ?? "").endsWith((theirs ?? "").slice(-KNOWN_BYTES + 1));
}

/** As much of the end as a place remembers. */
const KNOWN_BYTES = 64;

/**
 * How it is after its end; null when it runs on, so that only the line was cut. The engine tells when it has stored what is still on its way
 * to its own log, which may take it seconds.
 */
async function afterItsEnd({ exit, look }: Heard): Promise<Container | null> {
	const answer = exit.catch(() => null);
	const soon = Promise.withResolvers<"late">();
	const timer = setTimeout(() => soon.resolve("late"), SOON_MS);
	const first = await Promise.race([answer, soon.promise]);
	clearTimeout(timer);
	if (first !== "late") return first;
	const seen = await look().catch(() => null);
	return seen?.State.Running === false ? answer : null;
}

const SOON_MS = 500;
