import { type Berth, Refused } from "../api/berth.ts";
import { readConfig } from "../config.ts";
import type { RunId } from "../model/words.ts";
import { answer } from "./answer.ts";
import { EXIT } from "./fail.ts";
import { withReader } from "./reach.ts";
import { resolveRun } from "./resolve-run.ts";
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
	const reached = await takePart(readConfig(process.env), id);
	const stop = stopOnSignals();
	try {
		let view = await reached.berth.cancel(id);
		talk(`Cancelling run ${id}.`);
		for await (const later of reached.berth.watch(id, stop.signal))
			view = later;
		if (!view.settled) {
			talk(`Stopped waiting. "berth show '${id}'" says how far it is.`);
			process.exitCode = EXIT.interrupted;
		} else answer(view, json, () => inFull(view));
	} finally {
		stop.end();
		await reached.close();
	}
}

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
