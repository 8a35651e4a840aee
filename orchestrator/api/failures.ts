import type { Context } from "hono";
import { z } from "zod";
import { StoreUnavailable } from "../store/trouble-port.ts";
import { Refused } from "./berth.ts";

const STATUS = {
	"not-found": 404,
	invalid: 400,
	conflict: 409,
	unavailable: 503,
} as const;

/** What went wrong, in a sentence with its status. */
export function answerTo(error: unknown, c: Context): Response {
	if (error instanceof Refused)
		return c.json(
			{ error: error.message, reason: error.reason },
			STATUS[error.reason],
		);
	if (error instanceof StoreUnavailable)
		return c.json(
			{ error: error.message, reason: "unavailable" },
			STATUS.unavailable,
		);
	if (error instanceof z.ZodError)
		return c.json({ error: sentencesOf(error), reason: "invalid" }, 400);
	if (error instanceof SyntaxError)
		return c.json(
			{ error: "The request's body is not JSON.", reason: "invalid" },
			400,
		);
	return c.json({ error: wordsOf(error) }, 500);
}

const sentencesOf = ({ issues }: z.ZodError): string =>
	issues
		.map(({ path, message }) =>
			path.length > 0 ? `${path.join(".")}: ${message}.` : `${message}.`,
		)
		.join(" ");

export const wordsOf = (error: unknown): string =>
	error instanceof Error ? error.message : String(error);
