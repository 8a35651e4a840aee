import type { RunView } from "../api/views.ts";
import { directionOf, metricsOf } from "../model/metrics.ts";
import { sweptValues } from "../model/sweep.ts";
import type { Named } from "../model/words.ts";
import { table } from "./table.ts";

/** One run of a sweep: what it was told, and what came out. */
export interface SweepRow {
	readonly run: string;
	readonly status: RunView["status"];
	readonly values: Named<string>;
	/** `<task>.<key>` → every number of its tasks' results. */
	readonly metrics: Named<number>;
}

export const rowOf = ({ id, status, sweep, tasks }: RunView): SweepRow => ({
	run: id,
	status,
	values: sweep ? sweptValues(sweep) : {},
	metrics: Object.fromEntries(
		tasks.flatMap(({ name, result }) =>
			Object.entries(metricsOf(result)).map(
				([key, value]) => [`${name}.${key}`, value] as const,
			),
		),
	),
});

/** Such as `model=cart seed=1`. */
export const chosen = ({ values }: SweepRow): string =>
	Object.entries(values)
		.map(([key, value]) => `${key}=${value}`)
		.join(" ");

/** The runs under what was swept and these metrics (`rocAuc` or `validate.rocAuc`); without any, under the first few that differ and are known to be better one way. The best of each has a star. */
export function inTable(
	rows: readonly SweepRow[],
	wanted: readonly string[] = [],
): string {
	const keys = [...new Set(rows.flatMap(({ values }) => Object.keys(values)))];
	const all = metricNames(rows);
	const shown =
		wanted.length > 0
			? all.filter((name) => wanted.some((wish) => isMeant(name, wish)))
			: worthALook(all, rows);
	return table(
		["run", "status", ...keys, ...shown.map((name) => shortOf(name, all))],
		rows.map((row) => [
			row.run,
			row.status,
			...keys.map((key) => row.values[key] ?? null),
			...shown.map((name) => cellOf(name, row, rows)),
		]),
	);
}

export const metricNames = (rows: readonly SweepRow[]): readonly string[] => [
	...new Set(rows.flatMap(({ metrics }) => Object.keys(metrics))),
];

/** More do not fit beside each other. */
const MOST = 6;

/** `rocAuc` means that of any task. */
export const isMeant = (name: string, wish: string): boolean =>
	name === wish || name.endsWith(`.${wish}`);

function worthALook(
	all: readonly string[],
	rows: readonly SweepRow[],
): readonly string[] {
	const differing = all.filter(
		(name) => new Set(rows.map(({ metrics }) => metrics[name])).size > 1,
	);
	const judged = differing.filter((name) => directionOf(keyOf(name)) !== null);
	return (judged.length > 0 ? judged : differing).slice(0, MOST);
}

const keyOf = (name: string): string => name.slice(name.indexOf(".") + 1);

/** Without its task, where no other task has one of that name. */
function shortOf(name: string, all: readonly string[]): string {
	const isOnly = all.filter((one) => keyOf(one) === keyOf(name)).length === 1;
	return isOnly ? keyOf(name) : name;
}

function cellOf(
	name: string,
	{ metrics }: SweepRow,
	rows: readonly SweepRow[],
): string | null {
	const value = metrics[name];
	if (value === undefined) return null;
	const isBest = value === bestOf(name, rows);
	return `${Number(value.toPrecision(6))}${isBest ? " *" : ""}`;
}

function bestOf(name: string, rows: readonly SweepRow[]): number | null {
	const values = rows.flatMap(({ metrics }) => metrics[name] ?? []);
	switch (directionOf(keyOf(name))) {
		case "higher":
			return Math.max(...values);
		case "lower":
			return Math.min(...values);
		case null:
			return null;
	}
}
