import { inWords } from "../model/messages.ts";

interface Times {
	readonly startedAt: string | null;
	readonly endedAt: string | null;
}

/** How long it took so far, in words. */
export function tookOf(times: Times): string | null {
	const ms = tookMs(times, Date.now());
	return ms === null ? null : inWords(ms);
}

/** Null when it has not started. */
export function tookMs(
	{ startedAt, endedAt }: Times,
	now: number,
): number | null {
	if (startedAt === null) return null;
	const end = endedAt === null ? now : Date.parse(endedAt);
	return Math.max(0, end - Date.parse(startedAt));
}
