/** ` Did you mean "memory"?`, or nothing when no name is near enough to be meant. */
export function didYouMean(word: string, names: Iterable<string>): string {
	const near = nearest(word, names);
	return near === null ? "" : ` Did you mean "${near}"?`;
}

function nearest(word: string, names: Iterable<string>): string | null {
	let best: string | null = null;
	let bestDistance = Math.max(2, Math.ceil(word.length / 3)) + 1;
	for (const name of names) {
		const distance = distanceOf(word.toLowerCase(), name.toLowerCase());
		if (distance < bestDistance && distance < name.length)
			[best, bestDistance] = [name, distance];
	}
	return best;
}

/** Levenshtein 1966, one row at a time. */
function distanceOf(a: string, b: string): number {
	let row = Array.from({ length: b.length + 1 }, (_, index) => index);
	for (const [i, letter] of [...a].entries()) {
		const next = [i + 1];
		for (const [j, other] of [...b].entries()) {
			const change = (row[j] ?? 0) + (letter === other ? 0 : 1);
			next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
		}
		row = next;
	}
	return row[b.length] ?? 0;
}
