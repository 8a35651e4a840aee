import { explore } from "./explore.ts";
import { SMALL_PIPELINES } from "./small-pipelines.ts";

/** `node test/model/explore-some.ts [word…]` explores the small pipelines whose names begin so, or all, without a test runner around it. */
const words = process.argv.slice(2);
const isAsked = (name: string): boolean =>
	words.length === 0 || words.some((word) => name.startsWith(word));

for (const { name, plan, habits } of SMALL_PIPELINES)
	if (isAsked(name)) console.log(name, explore(plan, habits));
