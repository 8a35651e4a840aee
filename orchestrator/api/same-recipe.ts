import { misfit } from "../engine/publish.ts";
import { policyOf } from "../model/cache.ts";
import { inWords } from "../model/messages.ts";
import type { ContainerWork } from "../model/plan.ts";
import type { Instant } from "../model/words.ts";
import { type Comparison, gaveSomething } from "./compare.ts";

/** Why a task is computed although nothing differs from an earlier attempt, in a sentence. */
export async function sameRecipe(
	{ nearest, value, madeAt }: Comparison,
	work: ContainerWork,
	now: Instant,
): Promise<string> {
	const { id, ending } = nearest;
	if (ending === null) return `${id} is made from the same, and had not ended.`;
	if (!gaveSomething(nearest))
		return `${id} was made from the same, but gave nothing that could stand in${ending.message ? `: ${ending.message}` : ` (it ended as ${ending.kind}${ending.code === null ? "" : ` with code ${ending.code}`}).`}`;
	if (ending.kind === "exited" && ending.message !== null)
		return `${id} was made from the same, but what it gave does not stand in, because it ended with a warning: ${ending.message}`;
	const policy = policyOf(work);
	if (policy.kind === "for" && now - (madeAt ?? now) > policy.ms)
		return `Nothing has changed, but what it gave in ${id} is older than the ${inWords(policy.ms)} for which it may stand in.`;
	const unfit = value && (await misfit(value.result, work));
	return unfit
		? `Nothing has changed but the result that the task declares, and what ${id} gave does not fit it: ${unfit}`
		: `Nothing has changed, but what ${id} gave was not there any more, or not remembered as what may stand in.`;
}
