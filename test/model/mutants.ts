import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Laboratory } from "./laboratory.ts";
import { reasonOf, report, type Verdict } from "./mutants-report.ts";
import { type Mutant, mutantsOf } from "./mutate.ts";

/**
 * Makes mistakes in the core, one at a time, and sees whether the tests notice: `node test/model/mutants.ts [--quick] [--again] [file…]`.
 * With --quick, looks only for a moment and writes nothing.
 * With --again, tries those known to be no mistakes as well.
 * Ends with 1 when one survives that is not known to be no mistake. Writes docs/mutants.md, unless asked for some files only.
 */
const MODEL = join(import.meta.dirname, "../../orchestrator/model");
const PAGE = join(import.meta.dirname, "../../docs/mutants.md");
const AT_ONCE = 2;

/** Schedules and the words of plans have tests of their own elsewhere. */
const CORE =
	/^(?:begin|commands|decide|evolve|evolve-task|graph|index-run|messages|names|owed|plan|retry|status|task-state|timers)\.ts$/;

const again = process.argv.includes("--again");
const quick = process.argv.includes("--quick");
const asked = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const files = readdirSync(MODEL)
	.filter((file) => CORE.test(file))
	.filter((file) => asked.length === 0 || asked.includes(file));
const todo = files.flatMap((file) =>
	mutantsOf(file, readFileSync(join(MODEL, file), "utf8")),
);
const total = todo.length;
const verdicts: Verdict[] = [];
await Promise.all(Array.from({ length: AT_ONCE }, work));

const { page, unexplained } = report(verdicts);
console.log(page);
if (asked.length === 0 && !quick) writeFileSync(PAGE, page);
process.exitCode = unexplained > 0 ? 1 : 0;

async function work(): Promise<void> {
	using laboratory = new Laboratory(quick ? 2 : 4);
	for (let next = todo.shift(); next; next = todo.shift()) {
		const isKnown = !again && reasonOf(next) !== null;
		const caught = isKnown ? null : await laboratory.examine(next);
		verdicts.push({ mutant: next, caught });
		tell(next, caught);
	}
}

function tell({ file, line, is }: Mutant, caught: string | null): void {
	const words = caught ?? `SURVIVED: ${is}`;
	console.error(`${verdicts.length}/${total} ${file}:${line} ${words}`);
}
