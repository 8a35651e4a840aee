/** Some of many, below each other. */
export function fewLines(lines: readonly string[], most: number): string[] {
	const more = lines.length - most;
	const shown = lines.slice(0, most);
	return more > 0 ? [...shown, `and ${more} more (--json has all)`] : shown;
}
