import { FAMILIES } from "./families.ts";
import type { HostileTask } from "./hostile-task.ts";

const BEGIN = "<!-- hostile tasks: written by test/hostile/write-page.ts -->";
const END = "<!-- end of hostile tasks -->";

/** The page with its table as the hostile tasks say it now. */
export function withTable(page: string): string {
	const from = page.indexOf(BEGIN);
	const to = page.indexOf(END);
	if (from < 0 || to < from)
		throw new Error(`The page has no place for the table: ${BEGIN} … ${END}`);
	return `${page.slice(0, from)}${BEGIN}\n\n${table()}\n\n${page.slice(to)}`;
}

const table = (): string =>
	[
		"| A task tries to … | What stops it | What its user reads |",
		"| --- | --- | --- |",
		...FAMILIES.flatMap(({ tasks }) => tasks.map(row)),
	].join("\n");

const row = ({ tries, stoppedBy, says, log }: HostileTask): string =>
	`| ${tries} | ${stoppedBy} | ${cell(log === undefined ? says : `${says} Its log: ${log.split("\n")[0]}`)} |`;

/** Its angle brackets, stars and bars are no markup. */
const cell = (text: string): string => text.replace(/[|<>*_`\\]/g, "\\$&");
