import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { AuthorError } from "./author-error.ts";

/** What went wrong with a file, where, and what to do: `train.ts:12, task "split": …`. */
export function explain(error: unknown, folder: string, file: string): string {
	const place = placeOf(error, folder, file);
	const task =
		error instanceof AuthorError && error.task !== null
			? `, task "${error.task}"`
			: "";
	return `${place}${task}: ${inWords(error)}`;
}

function inWords(error: unknown): string {
	if (error instanceof AuthorError) return error.message;
	if (!(error instanceof Error))
		return `it threw ${JSON.stringify(error) ?? String(error)}. Throw an Error with a sentence, or nothing.`;
	const message = error.message.replace(/\.$/, "");
	switch ("code" in error ? error.code : null) {
		case "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX":
			return `${message}. Node runs TypeScript by taking its types out, so write it without enum, namespace and parameter properties.`;
		case "ERR_MODULE_NOT_FOUND":
			return `${message}. Write a path with its extension ("./_helper.ts"); a package must be installed beside the pipelines.`;
		case "ERR_INVALID_TYPESCRIPT_SYNTAX":
			return `${message}. Correct the syntax there.`;
		default:
			return error instanceof SyntaxError
				? `${message}. Correct it there.`
				: `${error.name}: ${message}. Correct it there.`;
	}
}

/** The file with the line of it that the error came from, or of the helper. */
function placeOf(error: unknown, folder: string, file: string): string {
	const stack = error instanceof Error ? (error.stack ?? "") : "";
	const url = pathToFileURL(join(folder, "/")).href;
	const [where = ""] = stack.split(url).slice(1);
	const [, helper, line] = /^([^\s?:]+)(?:\?[^\s:]*)?:(\d+)/.exec(where) ?? [];
	if (helper === undefined || line === undefined)
		return `${file}${error instanceof SyntaxError ? syntaxLine(join(folder, file)) : ""}`;
	const name = decodeURIComponent(helper);
	return name === file ? `${file}:${line}` : `${file} (${name}:${line})`;
}

/** Node does not say where in a plain JavaScript file the syntax is wrong; its reader of TypeScript does. */
function syntaxLine(path: string): string {
	try {
		stripTypeScriptTypes(readFileSync(path, "utf8"));
		return "";
	} catch (error) {
		const stack = error instanceof Error ? (error.stack ?? "") : "";
		const [, line] = /^[^\n]*:(\d+)\n/.exec(stack) ?? [];
		return line === undefined ? "" : `:${line}`;
	}
}
