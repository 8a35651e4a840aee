/** Wait for what is letting go, but not long: whoever stops berth waits about a second. What takes longer is left to the end of the process. */
export async function untilLetGo(all: Promise<unknown>): Promise<void> {
	const tired = Promise.withResolvers<void>();
	const timer = setTimeout(tired.resolve, CLOSE_MS);
	await Promise.race([all, tired.promise]);
	clearTimeout(timer);
}

const CLOSE_MS = 800;
