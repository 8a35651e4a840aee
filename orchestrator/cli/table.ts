import Table from "cli-table3";
import { printable } from "../model/quoted.ts";

/** Rows under headings, in as little ink as possible. */
export function table(
	headings: readonly string[],
	rows: readonly (readonly (string | number | null)[])[],
): string {
	const drawn = new Table({
		head: headings.map(printable),
		chars: PLAIN,
		style: { head: [], border: [], "padding-left": 0, "padding-right": 2 },
	});
	for (const row of rows)
		drawn.push(row.map((cell) => printable(String(cell ?? "–"))));
	return drawn
		.toString()
		.split("\n")
		.map((line) => line.trimEnd())
		.join("\n");
}

/** Such as `2.1 MB`. */
export function bytesInWords(bytes: number): string {
	const units = ["B", "kB", "MB", "GB", "TB"];
	const power = Math.min(
		Math.floor(Math.log10(Math.max(bytes, 1)) / 3),
		units.length - 1,
	);
	const value = bytes / 1000 ** power;
	return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}

/** An ISO time as people read it: to the second, in UTC. */
export const timeInWords = (iso: string | null): string | null =>
	iso === null ? null : iso.slice(0, 19).replace("T", " ");

const SIDES = [
	"top",
	"top-mid",
	"top-left",
	"top-right",
	"bottom",
	"bottom-mid",
	"bottom-left",
	"bottom-right",
	"left",
	"left-mid",
	"mid",
	"mid-mid",
	"right",
	"right-mid",
	"middle",
] as const;
const PLAIN = Object.fromEntries(SIDES.map((side) => [side, ""]));
