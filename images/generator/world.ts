import { normalFrom } from "./normal.ts";
import { Random } from "./random.ts";

/** How many columns of each kind. */
export interface Shape {
	/** Columns that differ between the classes; at least 2, because the difference turns in a plane. */
	readonly informative: number;
	/** Columns that are mixtures of informative ones, plus noise of their own. */
	readonly redundant: number;
	/** Columns that say nothing about the class. */
	readonly noise: number;
}

/** What a seed decides once for all days. Every vector has unit length. */
export interface World {
	/** Two orthogonal directions, informative long: the classes differ along a direction that turns from one to the other. */
	readonly plane: readonly [number[], number[]];
	/** One vector, informative long, for each redundant column. */
	readonly mixtures: readonly number[][];
	/** One for each column, in the order of the file. */
	readonly columns: readonly Column[];
	/** Where in its year the share of positives is on day 0; a fraction of its period. */
	readonly priorPhase: number;
}

interface Column {
	/** Which value of a row this column shows: informative ones first, then redundant, then noise. */
	readonly source: number;
	readonly centre: number;
	readonly scale: number;
	/** Its centre swings with this period, in days, from this fraction of it on day 0. */
	readonly period: number;
	readonly phase: number;
}

/** The world of a seed: the same on every machine and every day. */
export function worldOf(seed: number, shape: Shape): World {
	const { informative, redundant, noise } = shape;
	const random = new Random(
		["berth world 1", seed, informative, redundant, noise].join("/"),
	);
	const normal = normalFrom(random);
	const direction = () => unit(Array.from({ length: informative }, normal));
	const first = direction();
	return {
		plane: [first, orthogonal(direction(), first)],
		mixtures: Array.from({ length: redundant }, direction),
		columns: random
			.shuffle([...Array(informative + redundant + noise).keys()])
			.map((source) => columnOf(source, random)),
		priorPhase: random.uniform(),
	};
}

function columnOf(source: number, random: Random): Column {
	return {
		source,
		centre: 20 * random.uniform() - 10,
		scale: 10 ** (2 * random.uniform() - 1),
		period: 120 + 360 * random.uniform(),
		phase: random.uniform(),
	};
}

/** The part of a vector at right angles to a unit vector, at unit length. */
function orthogonal(vector: number[], to: number[]): number[] {
	const along = dot(vector, to);
	return unit(vector.map((value, i) => value - along * (to[i] ?? 0)));
}

function unit(vector: number[]): number[] {
	const length = Math.sqrt(dot(vector, vector));
	return vector.map((value) => value / length);
}

/** Σ aᵢ bᵢ of two vectors of one length. */
export function dot(a: readonly number[], b: readonly number[]): number {
	return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}
