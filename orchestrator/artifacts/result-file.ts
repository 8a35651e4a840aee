import { isUtf8 } from "node:buffer";
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { MAX_RESULT_BYTES } from "../../shared/task-contract.ts";
import { printable, quoted } from "../model/quoted.ts";
import type { Json } from "../model/words.ts";
import { codeOf } from "./error-code.ts";
import type { Problem, ResultFile } from "./port.ts";
import { problem } from "./problems.ts";

/** One JSON object that a task may have written. A task can write anything there, so nothing about it is trusted. */
export async function readResult(path: string): Promise<ResultFile | Problem> {
	let file: FileHandle;
	try {
		file = await open(path, READ);
	} catch (error) {
		return unopened(error);
	}
	try {
		const stats = await file.stat();
		if (!stats.isFile()) return faulty("is not a plain file");
		if (stats.size > MAX_RESULT_BYTES) return TOO_LARGE;
		const buffer = Buffer.alloc(MAX_RESULT_BYTES + 1);
		const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
		return parse(buffer.subarray(0, bytesRead));
	} finally {
		await file.close();
	}
}

const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Deeper than any table of metrics, and shallow enough for everyone who walks it. */
const MAX_DEPTH = 64;

const faulty = (what: string): Problem =>
	problem(
		`The result file ($BERTH_RESULT) ${what}. Write one JSON object of at most ${MAX_RESULT_BYTES / 1024} KiB.`,
	);

const TOO_LARGE = faulty(`is larger than ${MAX_RESULT_BYTES / 1024} KiB`);

function unopened(error: unknown): ResultFile | Problem {
	switch (codeOf(error)) {
		case "ENOENT":
			return { kind: "result", value: null };
		case "ELOOP":
			return faulty("is a symbolic link");
		case "EACCES":
			return faulty("cannot be read by its owner");
		case "ENXIO":
			return faulty("is not a plain file");
		default:
			throw error;
	}
}

function parse(bytes: Buffer): ResultFile | Problem {
	if (bytes.length > MAX_RESULT_BYTES) return TOO_LARGE;
	if (!isUtf8(bytes)) return faulty("is not UTF-8");
	const text = bytes.toString();
	if (depthOf(text) > MAX_DEPTH)
		return faulty(`is nested more than ${MAX_DEPTH} deep`);
	let value: Json;
	try {
		value = JSON.parse(text, finite) as Json;
	} catch (error) {
		return faulty(`is not JSON: ${printable((error as Error).message)}`);
	}
	return isObject(value)
		? { kind: "result", value }
		: faulty("is not a JSON object");
}

/** The deepest nesting, counted without parsing: brackets outside strings. */
function depthOf(text: string): number {
	let depth = 0;
	let deepest = 0;
	let quoted = false;
	for (let at = 0; at < text.length; at += 1) {
		const char = text[at];
		if (quoted && char === "\\") at += 1;
		else if (char === '"') quoted = !quoted;
		else if (quoted) continue;
		else if (char === "[" || char === "{") depth += 1;
		else if (char === "]" || char === "}") depth -= 1;
		deepest = Math.max(deepest, depth);
	}
	return deepest;
}

/** 1e999 is JSON, but no number that could be written down again. */
function finite(key: string, value: unknown): unknown {
	if (typeof value !== "number" || Number.isFinite(value)) return value;
	throw new Error(`${quoted(key)} is too large a number`);
}

const isObject = (value: Json): value is { readonly [key: string]: Json } =>
	typeof value === "object" && value !== null && !Array.isArray(value);
