import { setTimeout as sleep } from "node:timers/promises";
import { EXIT } from "./fail.ts";
import { talk } from "./talk.ts";

export interface Stop {
	/** Raised by the first Ctrl-C (or SIGTERM). */
	readonly signal: AbortSignal;
	/** Signals have their usual effect again. */
	readonly end: () => void;
}

/** The first Ctrl-C (or SIGTERM) asks berth to stop; the second one ends this process at once, and says that nothing else ends. */
export function stopOnSignals(): Stop {
	const { signals, end } = onSignals(1);
	return { signal: signals[0] ?? AbortSignal.abort(), end };
}

/** One signal to look at for each Ctrl-C (or SIGTERM) that comes, up to `count`; one more ends this process at once. */
export function onSignals(
	count: number,
	say: (text: string) => void = talk,
): { readonly signals: readonly AbortSignal[]; readonly end: () => void } {
	const stops = Array.from({ length: count }, () => new AbortController());
	const raise = (): void => {
		const next = stops.find(({ signal }) => !signal.aborted);
		next?.abort();
		if (next) return;
		say(AT_ONCE);
		process.exit(EXIT.interrupted);
	};
	process.on("SIGINT", raise).on("SIGTERM", raise);
	return {
		signals: stops.map(({ signal }) => signal),
		end: () => process.off("SIGINT", raise).off("SIGTERM", raise),
	};
}

const AT_ONCE =
	'Left at once. Containers that are at work go on; "berth up" or the next "berth run" takes them up again, "berth cancel" ends them.';

/** What it comes to, or null when the signal is raised before. */
export async function unlessRaised<T>(
	signal: AbortSignal,
	work: Promise<T>,
): Promise<T | null> {
	const { promise, resolve } = Promise.withResolvers<null>();
	const giveUp = (): void => resolve(null);
	signal.addEventListener("abort", giveUp);
	if (signal.aborted) giveUp();
	try {
		return await Promise.race([work, promise]);
	} finally {
		signal.removeEventListener("abort", giveUp);
		work.catch(() => undefined); // nobody waits for it any more
	}
}

/** Close and end the process, whatever may still hang: it can be killed at any instant, so it need not wait for that. */
export async function leave(
	close: () => Promise<void>,
	exitCode: number,
): Promise<never> {
	await Promise.race([close(), sleep(LEAVE_MS)]);
	process.exit(exitCode);
}

/** Whoever stops berth waits about a second. */
const LEAVE_MS = 900;
