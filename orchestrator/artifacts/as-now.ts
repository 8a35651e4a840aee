import { lstat } from "node:fs/promises";
import { join } from "node:path";
import type { FileStamp, Source } from "../model/task-state.ts";
import { ifThere } from "./error-code.ts";
import { lookAt } from "./file-changes.ts";
import type { Places } from "./places.ts";
import { isProblem, type Problem } from "./port.ts";
import { problem } from "./problems.ts";

/** The same input, as it is now: files from outside may have been touched or copied back since. What they hold is not looked at. */
export async function asNow(
	places: Places,
	source: Source,
): Promise<Source | Problem> {
	switch (source.kind) {
		case "object": {
			const { object, inside, path } = source;
			const place = join(places.object(object), inside ?? "");
			if (await ifThere(lstat(place))) return source;
			const name = path === undefined ? "" : `, which was "${path}" then,`;
			return problem(`Object ${object}${name} is gone.`);
		}
		case "file": {
			const files = await stampedAnew(places, [source.file]);
			if (isProblem(files)) return files;
			const [file = source.file] = files;
			return { kind: "file", file };
		}
		case "files": {
			const files = await stampedAnew(places, source.files);
			return isProblem(files) ? files : { kind: "files", files };
		}
	}
}

async function stampedAnew(
	{ data }: Places,
	before: readonly FileStamp[],
): Promise<readonly FileStamp[] | Problem> {
	const looks = await lookAt(data, before);
	const files: FileStamp[] = [];
	for (const { path, as } of before) {
		const stats = looks.get(path);
		if (!stats?.isFile()) return problem(`File "${path}" is gone.`);
		const { ino, size, mtimeMs, ctimeMs } = stats;
		files.push({ path, as, ino, size, mtimeMs, ctimeMs });
	}
	return files;
}
