import { alarm } from "../../orchestrator/model/decide.ts";
import type { Run } from "../../orchestrator/model/run.ts";

/** What two runs know differently, in words; null when they are the same. The order of what is a set does not count. */
export function differences(one: Run, other: Run): string | null {
	const [a, b] = [knownOf(one), knownOf(other)];
	return a === b ? null : `${a}\n  against ${b}`;
}

function knownOf(run: Run): string {
	const { index } = run;
	return JSON.stringify({
		open: inOrder(index.open),
		agenda: inOrder(index.agenda),
		launchable: inOrder(index.launchable),
		live: inOrder(index.live),
		alarm: alarm(run),
		slots: index.slots,
		remaining: index.remaining,
		failed: index.failed,
		cancelled: index.cancelled,
	});
}

/** What a store keeps of a run. */
export const storedOf = ({ begun, cancelled, tasks, owed }: Run): string =>
	JSON.stringify([begun, cancelled, inOrder(tasks), inOrder(owed)]);

const inOrder = (items: Iterable<unknown>): string[] =>
	[...items]
		.map((item) => JSON.stringify(item))
		.sort((a, b) => (a < b ? -1 : 1));
