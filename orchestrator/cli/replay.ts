import { resolveRun } from "../api/resolve-run.ts";
import type { RunView } from "../api/views.ts";
import type { RunId, TaskName } from "../model/words.ts";
import { answer } from "./answer.ts";
import { comparisonOf } from "./comparison.ts";
import type { PartTaker } from "./part-taker.ts";
import { begin, type FollowOptions } from "./run.ts";
import { whoAsks } from "./who.ts";

/** Run it again with the images and inputs of then, wait, and say what is not the same. */
export const replay = (
	which: string,
	options: FollowOptions & { readonly only?: string },
): Promise<void> =>
	begin(
		options,
		async (berth, key) =>
			berth.replay({
				key,
				...whoAsks(),
				run: await resolveRun(berth, which),
				...(options.only === undefined
					? {}
					: { only: options.only as TaskName }),
			}),
		{ conclude: tellComparison },
	);

async function tellComparison(
	{ id }: RunView,
	{ json }: FollowOptions,
	taker: PartTaker,
): Promise<boolean> {
	const report = await taker.ask((berth) => berth.replayed(id as RunId));
	if (!report) return false;
	answer(report, json, () => comparisonOf(report));
	return report.identical === true;
}
