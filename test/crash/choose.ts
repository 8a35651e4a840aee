import { ENDINGS, type Ending } from "./endings.ts";
import type { Place } from "./matrix.ts";
import { type Row, titleOf } from "./rows.ts";

/** The cells that are asked for, in the order of the matrix. */
export function choose(rows: readonly Row[], wish: Wish): readonly Place[] {
	const all = rows.flatMap((row) =>
		row.endings.map((ending) => ({ row, ending })),
	);
	const { only, ending } = wish;
	const asked = all.filter(
		(place) =>
			(only === undefined || titleOf(place.row).includes(only)) &&
			(ending === undefined || place.ending === ending),
	);
	return wish.short ? short(asked) : asked;
}

interface Wish {
	/** A part of the row's title. */
	readonly only?: string | undefined;
	readonly ending?: string | undefined;
	readonly short: boolean;
}

/** Each boundary once, with the endings in turn; then more of the endings that came less than twice. */
function short(places: readonly Place[]): readonly Place[] {
	const chosen: Place[] = [];
	const times = (ending: Ending): number =>
		chosen.filter((place) => place.ending === ending).length;
	for (const [, here] of byName(places)) {
		const rarest = here.toSorted((a, b) => times(a.ending) - times(b.ending));
		chosen.push(...rarest.slice(0, 1));
	}
	for (const ending of ENDINGS) {
		const more = places.filter(
			(place) => place.ending === ending && !chosen.includes(place),
		);
		chosen.push(...more.slice(0, Math.max(0, 2 - times(ending))));
	}
	return chosen;
}

/** Whatever the time, and whatever happens to the run: those with the most to choose from. */
function byName(places: readonly Place[]): Map<string, readonly Place[]> {
	const rows = Map.groupBy(places, ({ row }) => row);
	const names = new Map<string, readonly Place[]>();
	for (const [{ point }, here] of rows)
		if (here.length > (names.get(point.name)?.length ?? 0))
			names.set(point.name, here);
	return names;
}
