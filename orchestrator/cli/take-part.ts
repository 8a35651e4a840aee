import type { PlanWish } from "../api/planned.ts";
import type { Owned } from "../compose.ts";
import type { Config } from "../config.ts";
import type { RunId } from "../model/words.ts";
import { Sentence } from "./fail.ts";
import { isOwnerGone, type Reached, reachOwner } from "./reach.ts";
import { talk } from "./talk.ts";

/** Ask the owner; where there is none, become it, say with which runtime, and take up what is not settled (or only that run). An owner that goes away meanwhile is replaced. */
export async function takePart(
	config: Config,
	part: Part = {},
): Promise<Reached> {
	for (let trial = 1; ; trial++) {
		const reached = await reachOwner(config, {
			willPlan: part.plans !== undefined,
		});
		try {
			await (reached.owned ? begin(reached, part) : join(reached, config));
			return reached;
		} catch (error) {
			await reached.close();
			if (!isOwnerGone(error) || trial >= TRIALS) throw error;
		}
	}
}

/** Others may come and go as fast. */
const TRIALS = 10;

export interface Part {
	readonly only?: RunId;
	/** What is to be planned at once. */
	readonly plans?: PlanWish;
}

async function begin(
	{ berth, owned }: Reached,
	{ only, plans }: Part,
): Promise<void> {
	if (!owned) return;
	if (plans) void owned.planAhead(plans);
	const { runtime, because } = await berth.about();
	talk(`Runtime: ${runtime}. ${because}`);
	await owned.ready().catch((error: Error) => {
		throw new Sentence(error.message);
	});
	const left = await owned.begin(only);
	void sweepBeside(owned);
	if (left.length > 0) talk(`Going on with what was left: ${left.join(", ")}.`);
}

/** Nobody waits for it, and what it could not do before the end is done by whoever owns the directory next. */
async function sweepBeside(owned: Owned): Promise<void> {
	try {
		await owned.sweep();
	} catch (error) {
		if (!owned.isClosed()) talk(`Could not sweep: ${String(error)}`);
	}
}

async function join({ berth }: Reached, config: Config): Promise<void> {
	const { version, data, pipelines } = await berth.about();
	const elsewhere =
		pipelines === config.pipelines
			? ""
			: `, with the pipelines of ${pipelines}`;
	talk(`Through berth ${version}, which owns ${data}${elsewhere}.`);
}
