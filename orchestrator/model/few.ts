/** Some of many, for a sentence: `a, b and 4 more`. */
export function few(names: readonly string[], most: number): string {
	const shown = names.slice(0, most).join(", ");
	const more = names.length - most;
	return more > 0 ? `${shown} and ${more} more` : shown;
}
