import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const PAGE = join(import.meta.dirname, "../../docs/reliability.md");
const BEGIN = "<!-- crash matrix: written by npm run test:crash -- --write -->";
const END = "<!-- end of the crash matrix -->";

/** Puts the matrix where readers find it. */
export function writeDown(
	table: string,
	{ version, passed }: { readonly version: string; readonly passed: number },
): void {
	const page = readFileSync(PAGE, "utf8");
	const [before, rest] = page.split(BEGIN);
	const after = rest?.split(END)[1];
	if (after === undefined) throw new Error(`${PAGE} has no place for it.`);
	const said = `Docker engine ${version}, ${passed} cells:`;
	writeFileSync(PAGE, `${before}${BEGIN}\n${said}\n\n${table}\n${END}${after}`);
}
