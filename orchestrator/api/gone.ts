import type { Context } from "hono";

/** Raised when whoever asked has gone before there was an answer: then nobody needs it any more. */
export function goneSignal(c: Context): AbortSignal {
	const gone = new AbortController();
	const { signal } = c.req.raw;
	const abort = () => gone.abort(new Error("Whoever asked has gone."));
	if (signal.aborted) abort();
	else signal.addEventListener("abort", abort, { once: true });
	return gone.signal;
}

/** Of one who asks and stays. */
export const staying = (): AbortSignal => new AbortController().signal;
