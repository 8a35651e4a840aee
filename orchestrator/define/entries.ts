import { didYouMean } from "./nearest.ts";
import type { Broken, Entry, PlanProblem } from "./port.ts";

/** A name must mean one pipeline: of two files that claim it, neither gets it. */
export function refuseTwins(entries: readonly Entry[]): readonly Entry[] {
	const files = Map.groupBy(
		entries.filter(({ kind }) => kind === "pipeline"),
		({ name }) => name,
	);
	return entries.map((entry) => {
		const others = (files.get(entry.name) ?? []).filter(
			({ file }) => file !== entry.file,
		);
		if (entry.kind === "broken" || others.length === 0) return entry;
		const names = others.map(({ file }) => file).join(" and ");
		return broken(
			entry.file,
			`${entry.file}: it defines the pipeline "${entry.name}", and so does ${names}. Rename one of them.`,
			entry.name,
		);
	});
}

/** A file that defines no pipeline, and why. */
export const broken = (
	file: string,
	message: string,
	name: string | null = null,
): Broken => ({ kind: "broken", file, name, message });

/** There is nothing to load. */
export const noFolder = (folder: string): Broken =>
	broken(
		folder,
		`There is no pipelines folder at ${folder} that berth can read. Make one with "berth init ${folder}", or set BERTH_PIPELINES to where yours is.`,
	);

/** No file defines such a pipeline. */
export function notFound(name: string, entries: readonly Entry[]): PlanProblem {
	const names = entries.flatMap((entry) =>
		entry.kind === "pipeline" ? [entry.name] : [],
	);
	const failed = entries.filter(({ kind }) => kind === "broken");
	const all = names.length > 0 ? ` There are: ${names.join(", ")}.` : "";
	const others =
		failed.length > 0
			? ` Some files could not be loaded (${failed.map(({ file }) => file).join(", ")}): see "berth check".`
			: "";
	return problem(
		"not-found",
		`There is no pipeline "${name}".${didYouMean(name, names) || all}${others}`,
	);
}

/** A plan that could not be made, and why. */
export const problem = (
	reason: PlanProblem["reason"],
	message: string,
): PlanProblem => ({ kind: "problem", reason, message });
