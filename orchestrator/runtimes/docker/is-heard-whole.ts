import type { LogCursor } from "../log-port.ts";
import type { Attached } from "./attach.ts";
import type { AttachSocket } from "./attach-socket.ts";
import { type Container, finishedAt } from "./container.ts";
import { LogFrames } from "./log-frames.ts";
import type { Ask } from "./read-copy.ts";

/**
 * Was a container heard to its end? The line also ends when the engine is killed, or somebody between cuts it. It was the end when the
 * engine lived through it (it answers what was asked before), the container had ended by then, and the last that the engine has stored
 * is the last that was heard.
 */
export async function isHeardWhole(
	{ socket, exit }: { socket: AttachSocket; exit: Attached["exit"] },
	heard: LogCursor,
	ask: Ask,
): Promise<boolean> {
	const { endedAt } = socket;
	if (endedAt === null) return false;
	const container = await soon(exit);
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

/** It tells right after the line has ended, unless somebody cut that line only. */
function soon(exit: Attached["exit"]): Promise<Container | null> {
	const { promise, resolve } = Promise.withResolvers<null>();
	const timer = setTimeout(() => resolve(null), SOON_MS);
	return Promise.race([exit.catch(() => null), promise]).finally(() =>
		clearTimeout(timer),
	);
}

const SOON_MS = 3_000;
