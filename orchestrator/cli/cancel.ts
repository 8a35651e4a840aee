import { type Berth, Refused } from "../api/berth.ts";
import { resolveRun } from "../api/resolve-run.ts";
import type { RunView } from "../api/views.ts";
import { readConfig } from "../config.ts";
import type { RunId } from "../model/words.ts";
import { answer } from "./answer.ts";
import { EXIT } from "./fail.ts";
import { untilAnswered, withReader } from "./reach.ts";
import { inFull } from "./show.ts";
import { stopOnSignals } from "./stop.ts";
import { takePart } from "./take-part.ts";
import { talk } from "./talk.ts";

/** Cancel a run, and wait until nothing of it is left. Other runs are left as they are. */
export async function cancel(
	which: string,
	{ json }: { readonly json?: boolean },
): Promise<void> {
	const id = await withReader((reader) => runToCancel(reader, which));
	const config = readConfig(process.env);
	const stop = stopOnSignals();
	talk(`Cancelling run ${id}.`);
	try {
		const view = await untilAnswered(
			() => takePart(config, { only: id }),
			({ berth }) => cancelled(berth, id, stop.signal),
		);
		if (view.settled) return answer(view, json, () => inFull(view));
		talk(
			`Stopped waiting; the run is cancelled all the same. "berth show '${id}'" says how far it is; "berth up" or "berth cancel '${id}'" goes on with it, should nobody be at work.`,
		);
		process.exit(EXIT.interrupted);
	} finally {
		stop.end();
	}
}

/** The run once nothing of it is left, or as it was when we were told to stop waiting. */
async function cancelled(
	berth: Berth,
	id: RunId,
	signal: AbortSignal,
): Promise<RunView> {
	let view = await berth.run(id);
	if (!view.settled && isGoingOn(view)) view = await berth.cancel(id);
	for await (const later of berth.watch(id, signal)) view = later;
	return view;
}

const isGoingOn = ({ status }: RunView): boolean =>
	status === "queued" || status === "running";

/** Nobody need own anything to find that there is nothing to do. */
async function runToCancel(
	reader: Pick<Berth, "runs" | "run">,
	which: string,
): Promise<RunId> {
	const id = await resolveRun(reader, which);
	const { settled, status } = await reader.run(id);
	if (!settled) return id;
	throw new Refused("conflict", `Run "${id}" is over already: ${status}.`);
}
