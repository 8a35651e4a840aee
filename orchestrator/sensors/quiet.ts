import type { FileStamp } from "../model/task-state.ts";
import type { Instant } from "../model/words.ts";

/** What a sensor remembers of a file between two looks. */
export interface Quiet {
	readonly file: FileStamp;
	/** Unchanged since then. At the first look its own change time counts, which no program can set back. */
	readonly since: Instant;
	/** What we saw happen to it ourselves. */
	readonly seen: "nothing" | "growing" | "changing";
}

export type Memory = ReadonlyMap<string, Quiet>;

/** Files by path, as they are remembered after this look. */
export const remember = (
	memory: Memory,
	files: readonly FileStamp[],
	now: Instant,
): Memory =>
	new Map(
		files.map((file) => [file.path, quiet(memory.get(file.path), file, now)]),
	);

function quiet(
	before: Quiet | undefined,
	file: FileStamp,
	now: Instant,
): Quiet {
	if (!before) {
		const since = Math.min(file.ctimeMs, now) as Instant;
		return { file, since, seen: "nothing" };
	}
	if (isSame(before.file, file)) return before;
	const seen = file.size > before.file.size ? "growing" : "changing";
	return { file, since: now, seen };
}

const isSame = (a: FileStamp, b: FileStamp): boolean =>
	a.ino === b.ino &&
	a.size === b.size &&
	a.mtimeMs === b.mtimeMs &&
	a.ctimeMs === b.ctimeMs;
