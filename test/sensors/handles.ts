/** Resolves once there are so few again: those of the test's runner, which is in this process too, come and go. */
export async function untilNoMoreThan(
	count: number,
	handles: () => readonly string[],
): Promise<void> {
	const deadline = performance.now() + 50_000;
	while (handles().length > count) {
		if (performance.now() > deadline)
			throw new Error(`There is more than before: ${handles().join(", ")}.`);
		await new Promise(setImmediate);
	}
}
