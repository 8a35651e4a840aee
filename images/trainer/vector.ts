/** Σ aᵢ bᵢ */
export function dot(a: Float64Array, b: Float64Array): number {
	let sum = 0;
	for (let i = 0; i < a.length; i++) sum += Number(a[i]) * Number(b[i]);
	return sum;
}

/** √ Σ aᵢ² */
export function norm(a: Float64Array): number {
	return Math.sqrt(dot(a, a));
}

/** a + factor · b, as a new vector. */
export function plus(
	a: Float64Array,
	factor: number,
	b: Float64Array,
): Float64Array {
	return a.map((value, i) => value + factor * Number(b[i]));
}
