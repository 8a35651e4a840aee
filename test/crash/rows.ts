import { ENDINGS, type Ending, possibleAt } from "./endings.ts";
import { keyOf, type Point, type Sighting } from "./points.ts";
import type { Order } from "./task.ts";

/** One boundary, and what can become of the container when berth is killed there. */
export interface Row {
	readonly point: Point;
	/** The run is being cancelled. */
	readonly isCancelled: boolean;
	/** The point comes only after the container was told how to end, or the run was cancelled. */
	readonly isLate: boolean;
	readonly endings: readonly Ending[];
}

export type Recordings = Readonly<
	Record<Order | "cancel", readonly Sighting[]>
>;

/** The rows of the matrix, in the order in which a run comes to them. */
export const rowsOf = (recorded: Recordings): readonly Row[] => [
	...together(recorded),
	...recorded.cancel
		.filter(({ isLate }) => isLate)
		.map((sighting) => row(sighting, possibleAt(sighting, "cancel"), true)),
];

/** A run that ends well, and where others go other ways, those after what is common. */
function together(recorded: Recordings): Row[] {
	const rows = new Map<string, { sighting: Sighting; endings: Set<Ending> }>();
	for (const order of ["0", "7", "oom"] as const)
		for (const sighting of recorded[order]) {
			const key = keyOf(sighting);
			const known = rows.get(key) ?? { sighting, endings: new Set() };
			for (const ending of possibleAt(sighting, order))
				known.endings.add(ending);
			rows.set(key, known);
		}
	return [...rows.values()].map(({ sighting, endings }) =>
		row(
			sighting,
			ENDINGS.filter((ending) => endings.has(ending)),
			false,
		),
	);
}

const row = (
	{ name, time, isLate }: Sighting,
	endings: readonly Ending[],
	isCancelled: boolean,
): Row => ({ point: { name, time }, isCancelled, isLate, endings });

/** `before commit started`, `cancelled: before stop container`. */
export const titleOf = ({ point, isCancelled }: Row): string =>
	`${isCancelled ? "cancelled: " : ""}${keyOf(point)}`;
