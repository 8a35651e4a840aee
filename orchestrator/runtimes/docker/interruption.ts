import type { Instant } from "../../model/words.ts";
import { type Container, finishedAt } from "./container.ts";

export interface Circumstances {
	/** When berth itself asked it to stop; null when it did not. */
	readonly asked: Instant | null;
	/** The engine was there when it ended; asked for only after an exit code that an engine gives to what it finds dead. */
	readonly seen: boolean;
}

/**
 * Why a container's end was not its own doing; null when it was. An engine that goes down ends what it runs by signals, and
 * one that comes back calls 255 what it finds dead: neither is told apart from an exit in any other way.
 */
export function interruption(
	container: Container,
	{ asked, seen }: Circumstances,
): string | null {
	const { ExitCode, OOMKilled } = container.State;
	const signal = SIGNALS[ExitCode];
	const isOurs = asked !== null && (finishedAt(container) ?? asked) >= asked;
	if (signal && !isOurs && !OOMKilled)
		return `It was ended from outside (${signal}, exit code ${ExitCode}): not by berth and not for its memory limit, so by somebody, by the engine going down, or by the machine.`;
	return seen
		? null
		: "The engine or the machine went down while it ran, and the engine does not know how it ended (exit code 255 stands for that).";
}

const SIGNALS: Readonly<Record<number, string>> = {
	137: "SIGKILL",
	143: "SIGTERM",
};
