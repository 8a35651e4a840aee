/** A boundary that a berth comes to: the how-manieth of its name. */
export interface Point {
	readonly name: string;
	readonly time: number;
}

/** How the container of the attempt stands at a point. */
export type Stands = "none" | "created" | "running" | "over" | "gone";

export interface Sighting extends Point {
	readonly stands: Stands;
	/** Comes only after the container was told how to end, or the run was cancelled. */
	readonly isLate: boolean;
}

/** The points of a recorded run. `steadyAt`: how many boundaries it had come to when it was told how to go on. */
export function sightings(
	seen: readonly string[],
	steadyAt: number,
	isCancelled: boolean,
): readonly Sighting[] {
	const times = new Map<string, number>();
	const stands = standing(seen, steadyAt, isCancelled);
	const all = seen.map((name, index) => {
		const time = (times.get(name) ?? 0) + 1;
		times.set(name, time);
		const isLate = index >= steadyAt;
		return { name, time, stands: stands(index), isLate };
	});
	return all.filter(isCertain);
}

/** The first berth of a data directory also makes a container that it never starts, to see where the engine finds its files. */
function standing(
	seen: readonly string[],
	steadyAt: number,
	isCancelled: boolean,
): (index: number) => Stands {
	const created = seen.lastIndexOf("after create container");
	const started = seen.indexOf("after start container");
	const over = isCancelled ? seen.indexOf("after stop container") : steadyAt;
	const gone = seen.lastIndexOf("after remove container");
	return (index) => {
		if (index >= gone) return "gone";
		if (index >= over) return "over";
		if (index >= started) return "running";
		return index >= created ? "created" : "none";
	};
}

/** How often a log is written to while its container goes on is left to chance; all else is the same in each run. */
const isCertain = ({ name, time, isLate }: Sighting): boolean =>
	!name.endsWith("append to log") || (time <= 2 && !isLate);

/** `before inspect container`, `before inspect container (2)`. */
export const keyOf = ({ name, time }: Point): string =>
	time === 1 ? name : `${name} (${time})`;
