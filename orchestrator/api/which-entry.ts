import type { DataPath } from "../model/words.ts";
import type { Publication } from "../store/port.ts";
import { Refused } from "./berth.ts";

/** The newest entry with another object than the path holds now. */
export function entryBefore<T extends Publication>(
	history: readonly T[],
	path: DataPath,
): T {
	const [now] = history;
	const before = history.find(({ object }) => object !== now?.object);
	if (before) return before;
	throw new Refused(
		"conflict",
		`"${path}" never held anything else than it holds now. "berth history ${path}" shows all that was there.`,
	);
}

/**
 * The entry of a path's history that a person means, newest first:
 *
 *   #12                    the entry of that number
 *   2                      two entries back
 *   9ab012                 the newest entry of the object whose hash begins so
 *   2026-11-20             as it was when that day ended (UTC)
 *   2026-11-20 09:30       as it was then (UTC), at the end of that minute
 */
export function entryNamed<T extends Publication>(
	history: readonly T[],
	path: DataPath,
	words: string,
): T {
	const text = words.trim();
	const found = entryFor(history, text);
	if (found === "unclear") throw unclear(path, words);
	if (found) return found;
	throw new Refused(
		"not-found",
		`The history of "${path}" has no entry "${words}". "berth history ${path}" lists them.`,
	);
}

function entryFor<T extends Publication>(
	history: readonly T[],
	text: string,
): T | undefined | "unclear" {
	if (/^#\d+$/.test(text))
		return history.find(({ id }) => id === Number(text.slice(1)));
	if (/^\d{1,5}$/.test(text)) return history[Number(text)];
	if (/^[0-9a-f]{6,64}$/i.test(text))
		return ofObject(history, text.toLowerCase());
	const until = endOf(text);
	if (until === null) return "unclear";
	return history.find(({ at }) => at < until);
}

function ofObject<T extends Publication>(
	history: readonly T[],
	prefix: string,
): T | undefined | "unclear" {
	const found = history.filter(({ object }) => object.startsWith(prefix));
	const isOne = found.every(({ object }) => object === found[0]?.object);
	return isOne ? found[0] : "unclear";
}

/** The first instant after the day, minute, second or millisecond that is written there; null when it is none. */
function endOf(text: string): number | null {
	const [, day, minutes, seconds, millis, zone = "Z"] =
		/^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:\.(\d{3}))?)?(Z|[+-]\d\d:\d\d)?)?$/.exec(
			text,
		) ?? [];
	if (day === undefined) return null;
	const begin = Date.parse(
		`${day}T${minutes ?? "00:00"}:${seconds ?? "00"}.${millis ?? "000"}${zone}`,
	);
	if (Number.isNaN(begin)) return null;
	if (minutes === undefined) return begin + 86_400_000;
	if (seconds === undefined) return begin + 60_000;
	return begin + (millis === undefined ? 1_000 : 1);
}

const unclear = (path: DataPath, words: string): Refused =>
	new Refused(
		"invalid",
		`"${words}" names no one entry of the history of "${path}". Give its number (#12), how many back (2), at least six characters of one object's hash, a date, or a time.`,
	);
