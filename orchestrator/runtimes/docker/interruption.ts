import type { Instant } from "../../model/words.ts";
import { type Container, finishedAt, startedAt } from "./container.ts";

export interface Circumstances {
	/** When berth itself asked it to stop; null when it did not. */
	readonly asked: Instant | null;
	/** When the machine came up. */
	readonly booted: Instant;
}

/**
 * Why a container's end was not its own doing; null when it was. An engine that goes down ends what it runs by signals, and
 * after a loss of power it calls 255 what it finds dead: neither is told apart from an exit in any other way.
 */
export function interruption(
	container: Container,
	{ asked, booted }: Circumstances,
): string | null {
	const { ExitCode, OOMKilled } = container.State;
	const signal = SIGNALS[ExitCode];
	const isOurs = asked !== null && (finishedAt(container) ?? asked) >= asked;
	if (signal && !isOurs && !OOMKilled)
		return `It was ended from outside (${signal}, exit code ${ExitCode}): not by berth and not for its memory limit, so by somebody, by the engine going down, or by the machine.`;
	const started = startedAt(container);
	if (ExitCode === 255 && started !== null && started < booted)
		return "The machine went down while it ran.";
	return null;
}

const SIGNALS: Readonly<Record<number, string>> = {
	137: "SIGKILL",
	143: "SIGTERM",
};
