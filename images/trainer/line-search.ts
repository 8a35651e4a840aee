import { dot, plus } from "./vector.ts";

/** A function to minimise, at one point. */
export interface Evaluation {
	readonly point: Float64Array;
	readonly value: number;
	readonly gradient: Float64Array;
}

/** A convex, smooth function; the point is not kept and not changed. */
export type Objective = (point: Float64Array) => Evaluation;

const MAX_TRIALS = 80;
/** How much less steep it must become, and how steep it may be uphill: the constants of Hager and Zhang, section 4. */
const FLATTER = 0.9;
const UPHILL = 0.8;
/** What counts as rounding in a value. */
const ROUNDING = 1e-10;

/**
 * A point down a direction that meets the approximate Wolfe conditions (W. Hager and H. Zhang, SIAM J. Optim. 16, 2005, equation 4.1), found by
 * doubling and halving. They look at slopes, which stay exact near the minimum, where differences of values are lost in rounding. Undefined: there is none.
 */
export function searchLine(
	objective: Objective,
	from: Evaluation,
	direction: Float64Array,
): Evaluation | undefined {
	const slope = dot(from.gradient, direction);
	const highest = from.value + ROUNDING * Math.abs(from.value);
	let [near, far, step] = [0, Number.POSITIVE_INFINITY, 1];
	for (let trial = 0; trial < MAX_TRIALS; trial++) {
		const there = objective(plus(from.point, step, direction));
		const slopeThere = dot(there.gradient, direction);
		const isTooFar = slopeThere > -UPHILL * slope || there.value > highest;
		if (isTooFar) far = step;
		else if (slopeThere < FLATTER * slope) near = step;
		else return there;
		step = far === Number.POSITIVE_INFINITY ? 2 * step : (near + far) / 2;
	}
	return undefined;
}
