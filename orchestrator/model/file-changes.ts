/** Which files are others than they were. */
export interface FileChanges {
	readonly added: readonly string[];
	readonly removed: readonly string[];
	readonly changed: readonly string[];
	/** Written again, perhaps with the same contents: nobody can tell any more. */
	readonly written?: readonly string[];
}

/** By name and contents. */
export function fileChanges(
	was: readonly Hashed[],
	is: readonly Hashed[],
): FileChanges {
	const before = new Map(was.map((file) => [file.path, file]));
	const after = new Map(is.map((file) => [file.path, file]));
	return {
		added: is.flatMap(({ path }) => (before.has(path) ? [] : [path])),
		removed: was.flatMap(({ path }) => (after.has(path) ? [] : [path])),
		changed: is.flatMap((file) => {
			const old = before.get(file.path);
			const isSame =
				!old ||
				(old.sha256 === file.sha256 && old.executable === file.executable);
			return isSame ? [] : [file.path];
		}),
	};
}

interface Hashed {
	readonly path: string;
	readonly sha256: string;
	readonly executable: boolean;
}
