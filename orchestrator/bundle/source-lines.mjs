// JavaScript, because it is loaded together with the bundle, before anything of ours.
import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Stack traces point at the lines of the sources, also when it is the bundle that runs. What it takes is read when there is a trace to show. */
export function showSourceLines(bundle) {
	const place = new RegExp(
		`(?:${escaped(bundle)}|${escaped(pathToFileURL(bundle).href)})/([\\w.-]+\\.mjs):(\\d+):(\\d+)`,
		"g",
	);
	Error.prepareStackTrace = (error, calls) =>
		[`${error}`, ...calls.map((call) => `    at ${call}`)]
			.join("\n")
			.replace(
				place,
				(asItWas, file, line, column) =>
					sourceOf(`${bundle}/${file}`, line, column) ?? asItWas,
			);
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

function sourceOf(file, line, column) {
	try {
		const map = new SourceMap(JSON.parse(readFileSync(`${file}.map`, "utf8")));
		const origin = map.findOrigin(Number(line), Number(column));
		if (!origin.fileName) return null;
		const url = new URL(origin.fileName, pathToFileURL(file));
		return `${fileURLToPath(url)}:${origin.lineNumber}:${origin.columnNumber}`;
	} catch {
		return null; // the bundle's own line is better than none
	}
}
