import { InvalidArgumentError, Option } from "commander";

export const json = (): Option => new Option("--json", "answer in JSON");

export const follow = (): Option =>
	new Option(
		"--follow",
		"show the tasks as they advance, and the last lines of their logs",
	);

/** `what`: what is done on that day. */
export const onDate = (what = "the run's date"): Option =>
	new Option("--date <date>", `${what}, YYYY-MM-DD (default: today)`).argParser(
		date,
	);

/** May be repeated. */
export const param = (): Option =>
	new Option(
		"--set <key=value>",
		"give a param a value; may be repeated",
	).argParser(collect);

/** May be repeated. */
export const only = (): Option =>
	new Option(
		"--only <task>",
		"this task and what it needs; may be repeated",
	).argParser((name: string, sofar: readonly string[] = []) => [
		...sofar,
		name,
	]);

export const STATUSES = [
	"queued",
	"running",
	"succeeded",
	"failed",
	"cancelled",
] as const;

/** `key=value`, again and again, in that order; `~key` alone takes away. */
export function collect(
	pair: string,
	sofar: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
	const at = pair.startsWith("~") ? `${pair}=`.indexOf("=") : pair.indexOf("=");
	if (at < 1)
		throw new InvalidArgumentError("Write it as key=value, such as seed=7.");
	const { [pair.slice(0, at)]: _before, ...others } = sofar;
	return { ...others, [pair.slice(0, at)]: pair.slice(at + 1) };
}

/** A day that is in the calendar. */
function date(text: string): string {
	const day = new Date(`${text}T00:00:00Z`);
	const isDay =
		/^\d{4}-\d\d-\d\d$/.test(text) &&
		!Number.isNaN(day.getTime()) &&
		day.toISOString().startsWith(text);
	if (isDay) return text;
	throw new InvalidArgumentError("Write it as YYYY-MM-DD, such as 2026-11-20.");
}

export function whole(text: string): number {
	if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
	throw new InvalidArgumentError("Give a whole number from 1 to 999999.");
}

/** Days, none too. */
export function days(text: string): number {
	if (/^\d{1,5}$/.test(text)) return Number(text);
	throw new InvalidArgumentError(
		"Give a whole number of days from 0 to 99999.",
	);
}
