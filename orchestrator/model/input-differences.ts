import type { Difference } from "./differences.ts";
import { few } from "./few.ts";
import type { FileChanges } from "./file-changes.ts";
import { folderOf } from "./folder-of.ts";
import { printable } from "./quoted.ts";
import type { Ingredient } from "./recipe.ts";
import type { FileStamp, Source } from "./task-state.ts";
import { type Named, own } from "./words.ts";

/** Inputs that hold something else than they did. Where they lie does not matter. */
export function inputDifferences(
	before: Named<Ingredient>,
	after: Named<Ingredient>,
	files: Named<FileChanges>,
): readonly Difference[] {
	const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
	return names.flatMap((name): Difference[] => {
		const [was, is] = [own(before, name), own(after, name)];
		if (was?.contents === is?.contents) return [];
		const said = saying(was, is, own(files, name));
		const sentence = printable(`input ${name}: ${said}`);
		const of = { kind: "input", name, sentence } as const;
		return [
			{
				...of,
				before: was ? placeOf(was) : null,
				after: is ? placeOf(is) : null,
			},
		];
	});
}

/** Where it was taken from, for a person. */
export function placeOf({ source, contents }: Ingredient): string {
	switch (source.kind) {
		case "object":
			return (
				source.path ??
				source.copies?.of ??
				`object ${source.object.slice(0, 12)}`
			);
		case "file":
			return source.file.path;
		case "files":
			return folderOf(source.files) ?? `files ${contents.slice(0, 12)}`;
	}
}

/** By their stamps, for files from outside that cannot be read any more as they were. Null where those tell nothing. */
export function stampChanges(was: Source, is: Source): FileChanges | null {
	if (was.kind !== "files" || is.kind !== "files") return null;
	if (folderOf(was.files) !== folderOf(is.files)) return null;
	const before = new Map(was.files.map((file) => [file.as, file]));
	const after = new Map(is.files.map((file) => [file.as, file]));
	const added = [...after.keys()].filter((as) => !before.has(as));
	const removed = [...before.keys()].filter((as) => !after.has(as));
	const written = is.files.flatMap((file) =>
		isOther(before.get(file.as), file) ? [file.as] : [],
	);
	// Its contents differ: where only one file was written again, that is the one.
	const isSure = added.length + removed.length === 0 && written.length === 1;
	return isSure
		? { added, removed, changed: written }
		: { added, removed, changed: [], written };
}

function saying(
	was: Ingredient | undefined,
	is: Ingredient | undefined,
	files: FileChanges | undefined,
): string {
	if (!was) return `added (${is ? placeOf(is) : ""})`;
	if (!is) return `removed (was ${placeOf(was)})`;
	const [from, to] = [placeOf(was), placeOf(is)];
	const what =
		from === to
			? `${to} has new content`
			: `${to} has other content than ${from}`;
	const which = files ? inWords(files) : "";
	return which === "" ? what : `${what} (${which})`;
}

/** Such as `data.csv changed, notes.txt added`. */
export const inWords = (files: FileChanges): string =>
	[
		named(files.changed, "changed"),
		named(files.written ?? [], "written again"),
		named(files.added, "added"),
		named(files.removed, "removed"),
	]
		.flat()
		.join(", ");

const named = (files: readonly string[], verb: string): string[] =>
	files.length === 0 ? [] : [`${few(files, MOST_NAMES)} ${verb}`];

const MOST_NAMES = 5;

const isOther = (was: FileStamp | undefined, is: FileStamp): boolean =>
	was !== undefined &&
	(was.ino !== is.ino ||
		was.size !== is.size ||
		was.mtimeMs !== is.mtimeMs ||
		was.ctimeMs !== is.ctimeMs);
