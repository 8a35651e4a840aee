/** A duration in words: `"500ms"`, `"30s"`, `"10m"`, `"2h"`, `"7d"`. */
export type Duration = `${number}${"ms" | "s" | "m" | "h" | "d"}`;

/** A size in words, with units of 1024 as engines count: `"64k"`, `"512m"`, `"1.5g"`, `"2t"`, or `"4096b"`. */
export type Size = `${number}${"b" | "k" | "m" | "g" | "t"}`;

/** Milliseconds, or null when the text is no duration. */
export const parseDuration = (text: string): number | null =>
	parse(text, { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 });

/** Bytes, or null when the text is no size. */
export const parseSize = (text: string): number | null =>
	parse(text, { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 });

/** `512 MiB`, `1.5 GiB`; of less than a MiB its fraction. */
export function inBytes(bytes: number): string {
	const [unit, size] = UNITS.find(([, least]) => bytes >= least) ?? LEAST;
	const digits = size > LEAST[1] ? 2 : 1;
	return `${Number((bytes / size).toFixed(digits))} ${unit}`;
}

const LEAST: readonly [string, number] = ["MiB", 1024 ** 2];
const UNITS: readonly (readonly [string, number])[] = [
	["TiB", 1024 ** 4],
	["GiB", 1024 ** 3],
];

function parse(
	text: string,
	units: Readonly<Record<string, number>>,
): number | null {
	const [, amount, unit] = /^(\d+(?:\.\d+)?)([a-z]+)$/.exec(text) ?? [];
	const factor = unit === undefined ? undefined : units[unit];
	if (amount === undefined || factor === undefined) return null;
	const value = Math.round(Number(amount) * factor);
	return Number.isSafeInteger(value) ? value : null;
}
