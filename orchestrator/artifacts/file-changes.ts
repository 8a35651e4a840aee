import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import type { FileStamp } from "../model/task-state.ts";
import type { DataPath } from "../model/words.ts";
import { inParallel } from "./durable.ts";
import { ifThere } from "./error-code.ts";

/** A file from outside as it was, whatever it is called in an input. */
export type Stamp = Omit<FileStamp, "as">;

/** Have any of them changed since? Null, or a sentence. */
export const changedSince = async (
	data: string,
	files: readonly Stamp[],
): Promise<string | null> => changeSeen(files, await lookAt(data, files));

/** What is at each path now; null when nothing is. */
export type Looks = ReadonlyMap<DataPath, Stats | null>;

export async function lookAt(
	data: string,
	files: readonly Stamp[],
): Promise<Looks> {
	const looks = new Map<DataPath, Stats | null>();
	await inParallel(files, async ({ path }) => {
		looks.set(path, await ifThere(stat(`${data}/${path}`)));
	});
	return looks;
}

/** Which of them is not what it was? Null, or a sentence. */
export function changeSeen(
	files: readonly Stamp[],
	looks: Looks,
): string | null {
	for (const file of files) {
		const stats = looks.get(file.path) ?? null;
		if (stats === null)
			return `"${file.path}" was removed while it was in use. ${COMPLETE_FIRST}`;
		if (!isSame(file, stats))
			return `"${file.path}" changed while it was in use. ${COMPLETE_FIRST}`;
	}
	return null;
}

const COMPLETE_FIRST =
	"Write it under another name and rename it once it is complete, or let a sensor wait longer for it to settle.";

export const isExecutable = ({ mode }: Stats): boolean => (mode & 0o100) !== 0;

export const isSame = (file: Stamp, stats: Stats): boolean =>
	stats.ino === file.ino &&
	stats.size === file.size &&
	stats.mtimeMs === file.mtimeMs &&
	stats.ctimeMs === file.ctimeMs;
