import { parseDataPath } from "../model/data-path.ts";
import type { Text } from "../model/plan.ts";
import type { DataPath } from "../model/words.ts";
import { AuthorError } from "./author-error.ts";

/** Where in the pipeline a path was given. */
export interface Place {
	readonly task: string;
	/** Such as `out.table`. */
	readonly option: string;
}

/** The path as one below the data directory, or an AuthorError that says what to do. */
export function dataPath(text: string, place: Place): DataPath {
	const path = parseDataPath(text);
	if (typeof path === "string") return path;
	throw new AuthorError(`option "${place.option}": ${path.message}`, {
		task: place.task,
	});
}

/** A path in which parts may be known only later: what is known now is checked now. */
export function laterPath(text: Text, place: Place): Text {
	const parts =
		typeof text === "string" || "$ref" in text ? [text] : text.$text;
	dataPath(
		parts.map((part) => (typeof part === "string" ? part : "x")).join(""),
		place,
	);
	return text;
}

/** A path that may have wildcards in it. */
export function globPath(text: string, place: Place): string {
	dataPath(text.replace(/[*?[\]{}!()|,]/g, "x"), place);
	return text;
}

/** A path relative to a folder: it may not leave it. */
export function insidePath(text: string, place: Place): string {
	return dataPath(text, place);
}
