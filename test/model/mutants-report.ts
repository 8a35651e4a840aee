import { EQUIVALENT } from "./equivalent-mutants.ts";
import type { Mutant } from "./mutate.ts";

/** What became of a mutant: by what it was caught, null when it survived. */
export interface Verdict {
	readonly mutant: Mutant;
	readonly caught: string | null;
}

/** The page for people, and how many survived that nobody has explained. */
export function report(verdicts: readonly Verdict[]) {
	const survivors = verdicts.filter(({ caught }) => caught === null);
	const unexplained = survivors.filter(
		({ mutant }) => reasonOf(mutant) === null,
	);
	const page = [
		"# Mutants of the core",
		"",
		"*Written by `node test/model/mutants.ts`; not by hand.*",
		"",
		"Each mutant is `orchestrator/model` with one small mistake in it: a comparison swapped, a condition negated, a line left",
		"out, a number one too large, a case that does nothing. The tests of `test/model` are run against each.",
		"",
		`**${verdicts.length} mutants, ${verdicts.length - survivors.length} caught, ${survivors.length} survived; of those, ${unexplained.length} without an explanation.**`,
		"",
		...counts(verdicts),
		"",
		"## Survivors",
		"",
		...survivors.sort(byPlace).map(survivor),
		"",
	].join("\n");
	return { page, unexplained: unexplained.length };
}

function counts(verdicts: readonly Verdict[]): string[] {
	const hows = [
		...new Set(verdicts.map(({ caught }) => caught ?? "survived")),
	].sort(alphabetically);
	const rows = [...Map.groupBy(verdicts, ({ mutant }) => mutant.file)]
		.sort(([a], [b]) => alphabetically(a, b))
		.map(([file, its]) => {
			const cells = hows.map(
				(how) =>
					its.filter(({ caught }) => (caught ?? "survived") === how).length,
			);
			return `| \`${file}\` | ${its.length} | ${cells.join(" | ")} |`;
		});
	return [
		`| File | Mutants | ${hows.join(" | ")} |`,
		`| --- | --- | ${hows.map(() => "---").join(" | ")} |`,
		...rows,
	];
}

const survivor = ({ mutant }: Verdict): string => {
	const { file, line, was, is } = mutant;
	return [
		`- \`${file}:${line}\` ${code(was)} → ${is === "" ? "(left out)" : code(is)}`,
		`  ${reasonOf(mutant) ?? "**Not explained.**"}`,
	].join("\n");
};

/** Why it is no mistake; null where nobody knows that it is none. */
export const reasonOf = ({ file, was, is }: Mutant): string | null =>
	EQUIVALENT.find(
		(known) =>
			known.file === file && known.was === was && known.is.includes(is),
	)?.why ?? null;

const code = (text: string): string => `\`\` ${text} \`\``;

const byPlace = (a: Verdict, b: Verdict): number =>
	alphabetically(a.mutant.file, b.mutant.file) || a.mutant.line - b.mutant.line;

const alphabetically = (a: string, b: string): number =>
	a < b ? -1 : Number(a > b);
