import type { Named, RunId } from "./words.ts";

/** One run of a sweep, and what it was told. */
export interface SweepPart {
	/** `<pipeline>@<ds>~<ULID>`: the ids of its runs begin with it. */
	readonly id: string;
	/** Counted from 1. */
	readonly index: number;
	/** How many runs the sweep has. */
	readonly size: number;
	/** As given with `--set k=a,b`: what was swept, and what was the same for all. */
	readonly sets: Named<string>;
}

/** Why a sweep cannot be, in a sentence. */
export interface BadSweep {
	readonly kind: "problem";
	readonly message: string;
}

/** Tells it from combinations. */
export const isBadSweep = (found: object): found is BadSweep => "kind" in found;

/** More runs than that are hardly meant. */
const MOST_RUNS = 10_000;

/**
 * Every combination of the values: `{ model: "cart,logistic", seed: "1..3" }` → six, the last key changing fastest.
 * A value is what stands between commas that are not within brackets, braces or double quotes; `1..5` is 1, 2, 3, 4, 5, and `0..1..0.25` goes in steps.
 */
export function combinations(
	sets: Named<string>,
): readonly Named<string>[] | BadSweep {
	let found: readonly Named<string>[] = [{}];
	for (const [key, text] of Object.entries(sets)) {
		const values = valuesOf(text);
		if (values.length * found.length > MOST_RUNS)
			return problem(
				`These values make more than ${MOST_RUNS} runs. Sweep over fewer of them at a time.`,
			);
		if (values.some((value) => value === ""))
			return problem(
				`--set ${key}=${text} has an empty value. Write it as ${key}=a,b or ${key}=1..5.`,
			);
		found = found.flatMap((sofar) =>
			values.map((value) => ({ ...sofar, [key]: value })),
		);
	}
	return found;
}

/** The id of one of its runs, so that asking twice makes it once. */
export const sweepRunId = ({ id, index, size }: SweepPart): RunId =>
	`${id}-${String(index).padStart(String(size).length, "0")}` as RunId;

/** What this run was told of what was swept: its number, read as one whose last digit is the last key's value. */
export function sweptValues({ sets, index }: SweepPart): Named<string> {
	const told: [string, string][] = [];
	let left = index - 1;
	for (const [key, text] of Object.entries(sets).toReversed()) {
		const values = valuesOf(text);
		const value = values[left % values.length];
		left = Math.floor(left / values.length);
		if (values.length > 1 && value !== undefined) told.push([key, value]);
	}
	return Object.fromEntries(told.reverse());
}

const valuesOf = (text: string): readonly string[] =>
	partsOf(text).flatMap((part) => rangeOf(part) ?? [unquoted(part)]);

/** Split at the commas of the outermost level. */
function partsOf(text: string): string[] {
	const parts = [""];
	let depth = 0;
	let isQuoted = false;
	for (const char of text) {
		if (char === '"') isQuoted = !isQuoted;
		else if (!isQuoted && "[{(".includes(char)) depth++;
		else if (!isQuoted && "]})".includes(char)) depth--;
		if (char === "," && depth === 0 && !isQuoted) parts.push("");
		else parts[parts.length - 1] += char;
	}
	return parts.map((part) => part.trim());
}

const RANGE =
	/^(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)(?:\.\.(\d+(?:\.\d+)?))?$/;

/** Both ends belong to it; it may go down. Null when the text is no range, or not one of numbers that are held exactly: the param will not take that. */
function rangeOf(text: string): readonly string[] | null {
	const [, from, to, by = "1"] = RANGE.exec(text) ?? [];
	if (from === undefined || to === undefined) return null;
	const step = Number(by);
	const digits = Math.max(...[from, by].map(decimals));
	const most = Math.max(...[from, to].map((end) => Math.abs(Number(end))));
	const isExact = most * 10 ** digits <= Number.MAX_SAFE_INTEGER;
	if (step === 0 || !isExact) return null;
	const length = Math.abs(Number(to) - Number(from));
	const steps = Math.floor(length / step + 1e-9);
	const sign = Number(to) < Number(from) ? -1 : 1;
	return Array.from({ length: Math.min(steps, MOST_RUNS) + 1 }, (_, i) =>
		String(Number((Number(from) + sign * i * step).toFixed(digits))),
	);
}

const decimals = (number: string): number => number.split(".")[1]?.length ?? 0;

const unquoted = (text: string): string =>
	/^"[^"]*"$/.test(text) ? text.slice(1, -1) : text;

const problem = (message: string): BadSweep => ({ kind: "problem", message });
