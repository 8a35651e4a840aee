import { type Evaluation, type Objective, searchLine } from "./line-search.ts";
import { dot, norm, plus } from "./vector.ts";

/** How many of the last steps shape the next direction. */
const MEMORY = 10;

/** Where the search ended, and how well. */
export interface Minimum extends Evaluation {
	/** Euclidean length of the gradient at the point. */
	readonly gradientNorm: number;
	readonly iterations: number;
	/** Whether the gradient became as small as was asked. */
	readonly isConverged: boolean;
}

/** Minimises a convex function from the origin by L-BFGS (J. Nocedal and S. Wright, Numerical Optimization, 2nd ed., algorithm 7.5). */
export function minimise(
	objective: Objective,
	size: number,
	{ tolerance, maxIterations }: { tolerance: number; maxIterations: number },
): Minimum {
	const steps: Step[] = [];
	let here = objective(new Float64Array(size));
	for (let iterations = 0; ; iterations++) {
		const gradientNorm = norm(here.gradient);
		const end = { ...here, gradientNorm, iterations };
		if (gradientNorm <= tolerance) return { ...end, isConverged: true };
		const next =
			iterations < maxIterations
				? searchLine(objective, here, directionOf(here.gradient, steps))
				: undefined;
		if (next === undefined) return { ...end, isConverged: false };
		steps.push(stepBetween(here, next));
		if (steps.length > MEMORY) steps.shift();
		here = next;
	}
}

interface Step {
	readonly move: Float64Array;
	/** How the gradient changed over it. */
	readonly bend: Float64Array;
	readonly curvature: number;
}

function stepBetween(from: Evaluation, to: Evaluation): Step {
	const move = plus(to.point, -1, from.point);
	const bend = plus(to.gradient, -1, from.gradient);
	return { move, bend, curvature: dot(move, bend) };
}

/** Minus the gradient, times the inverse Hessian that the steps suggest: the two-loop recursion (algorithm 7.4). */
function directionOf(
	gradient: Float64Array,
	steps: readonly Step[],
): Float64Array {
	const last = steps.at(-1);
	if (last === undefined)
		return gradient.map((value) => -value / norm(gradient));
	let direction: Float64Array = gradient.map((value) => -value);
	const weights = new Map<Step, number>();
	for (const step of steps.toReversed()) {
		const weight = dot(step.move, direction) / step.curvature;
		weights.set(step, weight);
		direction = plus(direction, -weight, step.bend);
	}
	const scale = last.curvature / dot(last.bend, last.bend);
	direction = direction.map((value) => scale * value);
	for (const step of steps) {
		const weight =
			(weights.get(step) ?? 0) - dot(step.bend, direction) / step.curvature;
		direction = plus(direction, weight, step.move);
	}
	return direction;
}
