import type { FileStamp } from "./task-state.ts";
import type { DataPath } from "./words.ts";

/** Where files from outside lie: their folder, or the one that there is. A link among them may lead elsewhere. */
export function folderOf(files: readonly FileStamp[]): DataPath | null {
	const [first] = files;
	if (!first || files.length === 1) return first?.path ?? null;
	const file = files.find(({ path, as }) => path.endsWith(`/${as}`));
	if (!file) return first.path;
	return file.path.slice(0, -file.as.length - 1) as DataPath;
}
