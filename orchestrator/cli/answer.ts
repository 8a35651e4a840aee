/** The answer, on standard output: JSON when asked for, else words. */
export function answer(
	value: unknown,
	json: boolean | undefined,
	words: () => string,
): void {
	process.stdout.write(`${json ? JSON.stringify(value, null, 2) : words()}\n`);
}
