import { constants } from "node:fs";
import { open } from "node:fs/promises";

/** Have the file's bytes, or the folder's names, on the disk before anyone is told about them. */
export async function flush(path: string): Promise<void> {
	const handle = await open(
		path,
		constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
	);
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}

/** All of them, a few at a time. */
export async function inParallel<T>(
	items: readonly T[],
	act: (item: T) => Promise<void>,
): Promise<void> {
	const rest = items.values();
	const lane = async () => {
		for (const item of rest) await act(item);
	};
	await Promise.all(Array.from({ length: LANES }, lane));
}

const LANES = 8;
