import { posix } from "node:path";
import { importsOf } from "./read-source.ts";

/** Files that import each other in a circle at run time, each circle once: its files in the order in which they import. */
export function circles(sources: ReadonlyMap<string, string>): string[] {
	const found: string[] = [];
	const done = new Set<string>();
	const walk = (file: string, way: readonly string[]): void => {
		if (way.includes(file))
			found.push([...way.slice(way.indexOf(file)), file].join(" → "));
		if (way.includes(file) || done.has(file)) return;
		for (const next of importedBy(file, sources)) walk(next, [...way, file]);
		done.add(file);
	};
	for (const file of sources.keys()) walk(file, []);
	return found;
}

function importedBy(
	file: string,
	sources: ReadonlyMap<string, string>,
): string[] {
	return importsOf(file, sources.get(file) ?? "")
		.filter(({ from, typeOnly }) => from.startsWith(".") && !typeOnly)
		.map(({ from }) => posix.join(posix.dirname(file), from))
		.filter((target) => sources.has(target));
}
