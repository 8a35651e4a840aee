import { normalFrom } from "./normal.ts";
import { Random } from "./random.ts";
import { dot, type World } from "./world.ts";

/** The distance between the class means, in standard deviations: Φ(CLASS_DISTANCE / √2) = 0.945 with true labels. */
export const CLASS_DISTANCE = 2.26;

const DAYS_PER_TURN = 4 * 365;
const DAYS_PER_SWING_OF_PRIOR = 180;
/** A column's centre swings by so many of its standard deviations. */
const SWING = 0.5;
/** A redundant column's own noise, in standard deviations of an informative one. */
const REDUNDANT_NOISE = 0.5;

/** One day of a world: slowly, the direction in which the classes differ turns, every column's centre swings, and so does the share of positives. */
export interface Day {
	/** Half the difference of the class means, informative long. */
	readonly half: readonly number[];
	/** One for each column, in the order of the file. */
	readonly centres: readonly number[];
	/** The share of rows whose true class is positive, 0.35 to 0.45. */
	readonly prior: number;
}

/** The day with this number (days since 1970-01-01). */
export function dayOf({ plane, columns, priorPhase }: World, day: number): Day {
	const turn = (2 * Math.PI * day) / DAYS_PER_TURN;
	const [first, second] = plane;
	return {
		half: first.map(
			(value, i) =>
				(CLASS_DISTANCE / 2) *
				(Math.cos(turn) * value + Math.sin(turn) * (second[i] ?? 0)),
		),
		centres: columns.map(
			({ centre, scale, period, phase }) =>
				centre + scale * SWING * wave(day / period + phase),
		),
		prior: 0.4 + 0.05 * wave(day / DAYS_PER_SWING_OF_PRIOR + priorPhase),
	};
}

function wave(turns: number): number {
	return Math.sin(2 * Math.PI * turns);
}

/** A row: its features in the order of the file, and its label, which is not always its true class. */
export interface Row {
	readonly features: readonly number[];
	readonly label: 0 | 1;
}

/** Draws rows of a day, one by one; the name decides the draws. */
export function rowsOf(
	world: World,
	day: Day,
	{ name, flipped }: { name: string; flipped: number },
): () => Row {
	const random = new Random(name);
	const normal = normalFrom(random);
	return () => {
		const positive = random.uniform() < day.prior;
		const sign = positive ? 1 : -1;
		const informative = day.half.map((half) => sign * half + normal());
		const redundant = world.mixtures.map(
			(mixture) => dot(mixture, informative) + REDUNDANT_NOISE * normal(),
		);
		const known = [...informative, ...redundant];
		return {
			features: world.columns.map(
				({ source, scale }, i) =>
					(day.centres[i] ?? 0) + scale * (known[source] ?? normal()),
			),
			label: positive !== random.uniform() < flipped ? 1 : 0,
		};
	};
}
