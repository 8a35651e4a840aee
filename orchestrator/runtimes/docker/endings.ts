import { inWords } from "../../model/messages.ts";
import { inBytes } from "../../model/quantities.ts";
import type { Instant } from "../../model/words.ts";
import type { Exit } from "../port.ts";
import { type Container, finishedAt, startedAt, taskOf } from "./container.ts";
import { type Circumstances, interruption } from "./interruption.ts";
import type { MemoryUse } from "./memory-use.ts";
import { startRefusal } from "./refusals.ts";

/** How a container that does not run any more ended. `lastWords` are asked for only after an exit code that docker-init may have given. */
export function ending(
	container: Container,
	now: Instant,
	circumstances: Circumstances & {
		readonly lastWords: string | null;
		/** The most memory that it was seen to use. */
		readonly peak: MemoryUse | null;
	},
): Exit {
	const { State } = container;
	const started = startedAt(container);
	if (State.Status === "created" || started === null)
		return neverStarted(container, now);
	// The engine notes the start only when it has been told of it: what ends at once may have ended before.
	const at = latest(finishedAt(container) ?? now, started);
	if (State.OOMKilled && State.ExitCode !== 0)
		return {
			kind: "ended",
			ending: outOfMemory(container, circumstances.peak, at),
			at,
		};
	const outside = interruption(container, circumstances);
	if (outside !== null)
		return {
			kind: "ended",
			ending: { kind: "vanished", message: outside },
			at,
		};
	const missing = missingProgram(circumstances.lastWords);
	if (missing !== null)
		return { kind: "ended", ending: cannotRun(container, missing), at };
	return {
		kind: "exited",
		code: State.ExitCode,
		at,
		started,
		warning: warning(container),
	};
}

const latest = (one: Instant, other: Instant): Instant =>
	one > other ? one : other;

/** It was there, and now nobody knows anything of it. */
export function vanished(name: string, at: Instant): Exit {
	const message = `Its container ${name} is gone: somebody removed it, or the engine lost it. How it ended is not known.`;
	return { kind: "ended", ending: { kind: "vanished", message }, at };
}

/** Could docker-init have given this code because it did not find the program, or may not run it? */
export const mayBeInit = ({ State }: Container): boolean =>
	State.ExitCode === 127 || State.ExitCode === 126;

/** Killed, and nothing says why: the engine may learn of the memory a moment after the end. */
export const mayBeOutOfMemory = ({ State }: Container): boolean =>
	State.ExitCode === 137 && !State.OOMKilled;

function neverStarted(container: Container, at: Instant): Exit {
	const { State, Name } = container;
	if (State.Error) {
		const ending = startRefusal(taskOf(container), State.Error);
		return { kind: "ended", ending, at };
	}
	const message = `Its container ${Name.replace(/^\//, "")} is there, but the engine never started it.`;
	return { kind: "ended", ending: { kind: "vanished", message }, at };
}

function outOfMemory(
	container: Container,
	peak: MemoryUse | null,
	at: Instant,
) {
	const limit = inBytes(container.HostConfig.Memory);
	const seen = peak === null ? "" : `; ${seenToUse(peak, at)}`;
	return {
		kind: "out-of-memory",
		code: container.State.ExitCode,
		message: `Task "${taskOf(container)}" ran out of memory at its limit of ${limit}${seen}. Give it more (\`memory\` in its pipeline), or let it hold less at a time.`,
	} as const;
}

function seenToUse({ bytes, at }: MemoryUse, end: Instant): string {
	const seconds = Math.max(1, Math.round((end - at) / 1000));
	return `the most that it was seen to use was ${inBytes(bytes)}, ${inWords(seconds * 1000)} before its end`;
}

/** With init, a program that cannot be run is told by docker-init on stderr: `[FATAL tini (7)] exec nope failed: No such file or directory`. */
function missingProgram(lastWords: string | null): string | null {
	return /\[FATAL tini \(\d+\)\] (exec .*)/.exec(lastWords ?? "")?.[1] ?? null;
}

function cannotRun(container: Container, words: string) {
	return startRefusal(taskOf(container), words);
}

function warning({ State, HostConfig }: Container): string | null {
	if (State.OOMKilled)
		return `A process of it ran out of memory at the limit of ${inBytes(HostConfig.Memory)} and was killed, although the program itself exited with 0.`;
	return HINTS[State.ExitCode] ?? null;
}

const HINTS: Readonly<Record<number, string>> = {
	126: "Exit code 126 usually means: a command that it ran is there, but may not be executed.",
	127: "Exit code 127 usually means: a command that it ran was not found in the image.",
	134: "Exit code 134 usually means: it aborted itself (SIGABRT).",
	137: "Exit code 137 usually means: it was killed (SIGKILL).",
	139: "Exit code 139 usually means: it crashed (SIGSEGV).",
	143: "Exit code 143 usually means: it was asked to stop (SIGTERM).",
};
