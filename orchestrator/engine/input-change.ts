import type { Artifacts } from "../artifacts/port.ts";
import type { FileStamp, Prepared, Source } from "../model/task-state.ts";

/**
 * Were the task's inputs something else than it was prepared for? Null, or a sentence.
 *
 * Times tell it, but for a file that was written again within a tick of the clock right after it was hashed: its result would be taken for
 * that of the earlier contents for ever. So inputs that count are hashed once more; what was old enough is remembered and is not read.
 */
export async function inputChange(
	prepared: Prepared,
	artifacts: Pick<Artifacts, "changed" | "contentsOf">,
	signal: AbortSignal,
): Promise<string | null> {
	const changed = await artifacts.changed(filesFromOutside(prepared));
	if (changed !== null || prepared.fingerprint === undefined) return changed;
	for (const [input, source] of Object.entries(prepared.in)) {
		if (source.kind === "object") continue;
		const contents = await artifacts.contentsOf(source, signal);
		if (typeof contents !== "string") return contents.message;
		if (contents !== prepared.contents?.[input])
			return `Input "${input}" changed right after it was looked at. Let a sensor wait until it has settled.`;
	}
	return null;
}

/** Was the task prepared for what is not there any more, before it even began? Null, or a sentence. */
export const changedBefore = async (
	prepared: Prepared,
	artifacts: Pick<Artifacts, "changed">,
): Promise<string | null> => {
	const changed = await artifacts.changed(filesFromOutside(prepared));
	return changed && `It did not begin: ${changed}`;
};

const filesFromOutside = ({ in: inputs }: Prepared): FileStamp[] =>
	Object.values(inputs).flatMap(stampsOf);

function stampsOf(source: Source): readonly FileStamp[] {
	switch (source.kind) {
		case "files":
			return source.files;
		case "file":
			return [source.file];
		case "object":
			return [];
	}
}
