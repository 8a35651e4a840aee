export interface Stop {
	/** Raised by the first Ctrl-C (or SIGTERM). The second ends the process as ever. */
	readonly signal: AbortSignal;
	/** Signals have their usual effect again. */
	readonly end: () => void;
}

export function stopOnSignals(): Stop {
	const stop = new AbortController();
	const raise = (): void => stop.abort();
	process.once("SIGINT", raise).once("SIGTERM", raise);
	return {
		signal: stop.signal,
		end: () => process.off("SIGINT", raise).off("SIGTERM", raise),
	};
}
