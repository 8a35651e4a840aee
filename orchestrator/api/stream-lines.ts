import type { Context } from "hono";
import { stream } from "hono/streaming";
import { wordsOf } from "./failures.ts";

/** One JSON value a line; what goes wrong on the way is the last line: `{"error": …}`. */
export function lines(
	c: Context,
	values: (signal: AbortSignal) => AsyncIterable<unknown>,
): Response {
	c.header("content-type", "application/x-ndjson");
	return stream(c, async (out) => {
		const gone = new AbortController();
		out.onAbort(() => gone.abort());
		try {
			for await (const value of values(gone.signal))
				await out.write(`${JSON.stringify(value)}\n`);
		} catch (error) {
			await out.write(`${JSON.stringify({ error: wordsOf(error) })}\n`);
		}
	});
}
