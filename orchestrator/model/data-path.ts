import type { DataPath } from "./words.ts";

/** Why a text is not a path below the data directory, in a sentence. */
export interface BadPath {
	readonly kind: "problem";
	readonly message: string;
	readonly lost: false;
}

/** A path as people write it → a path that means one place below the data directory, on any file system. */
export function parseDataPath(text: string): DataPath | BadPath {
	const fault = faultOf(text);
	if (fault === null) return text as DataPath;
	const message = `${JSON.stringify(text)} is not a path below the data directory: ${fault}`;
	return { kind: "problem", message, lost: false };
}

/** The folder that a glob starts from, empty for the data directory itself; null when the text is no glob. */
export function globBase(text: string): string | null {
	const parts = text.split("/");
	const first = parts.findIndex((part) => /[*?[{]|[!+@]\(/.test(part));
	return first < 0 ? null : parts.slice(0, first).join("/");
}

/** Where berth keeps its own things, at the top of the data directory. */
export const BERTH_FOLDER = ".berth";

const MAX_PATH_BYTES = 1024;
const MAX_NAME_BYTES = 255;

function faultOf(text: string): string | null {
	if (text === "") return "it is empty. Name a folder, such as raw/2026-11-20.";
	if (text.startsWith("/"))
		return "it begins with a slash. Write it relative to the data directory.";
	if (/\p{Cc}|[\u2028\u2029]/u.test(text))
		return "it has a control character or a line break in it. Take that out.";
	if (!text.isWellFormed())
		return "it has half a character in it (a lone surrogate). Take that out.";
	if (text !== text.normalize("NFC"))
		return "it has letters in decomposed form, which file systems disagree about. Write it in Unicode NFC.";
	if (Buffer.byteLength(text) > MAX_PATH_BYTES)
		return `it is longer than ${MAX_PATH_BYTES} bytes. Shorten it.`;
	return segmentsFault(text.split("/"));
}

function segmentsFault(segments: readonly string[]): string | null {
	if (segments.includes(""))
		return "it has an empty part. Take out the double or trailing slash.";
	if (segments.some((part) => part === "." || part === ".."))
		return 'it has a part "." or "..". Write the place itself.';
	if (segments[0]?.toLowerCase() === BERTH_FOLDER)
		return `${BERTH_FOLDER} is berth's own folder. Choose another name.`;
	if (segments.some((part) => Buffer.byteLength(part) > MAX_NAME_BYTES))
		return `one of its parts is longer than ${MAX_NAME_BYTES} bytes. Shorten it.`;
	return null;
}
