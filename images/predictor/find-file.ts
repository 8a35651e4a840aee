import { readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { Complaint } from "./program.ts";

/** The file that an input means: the path itself, or in a folder (at any depth) the one named so, else the only one there is. */
export function findFile(path: string, preferred: string): string {
	const files = filesIn(path);
	const named = files.filter((file) => basename(file) === preferred);
	const [file, ...others] = named.length > 0 ? named : files;
	if (file !== undefined && others.length === 0) return file;
	throw new Complaint(
		file === undefined
			? `${path} is empty: expected ${preferred} in it.`
			: `${path} holds ${[file, ...others].map((each) => basename(each)).join(", ")}: expected one file, or one named ${preferred}.`,
	);
}

/** The files at or below a path, in the order of their names; hidden ones do not count. */
export function filesIn(path: string): string[] {
	if (!isFolder(path)) return [path];
	return readdirSync(path)
		.filter((name) => !name.startsWith("."))
		.sort()
		.flatMap((name) => filesIn(join(path, name)));
}

function isFolder(path: string): boolean {
	return statSync(path).isDirectory();
}
