import { readConfig } from "../config.ts";
import type { RunId } from "../model/words.ts";
import { answer } from "./answer.ts";
import { inFull } from "./show.ts";
import { takePart } from "./take-part.ts";

/** Cancel a run, and wait until nothing of it is left. */
export async function cancel(
	id: string,
	{ json }: { readonly json?: boolean },
): Promise<void> {
	const reached = await takePart(readConfig(process.env));
	try {
		let view = await reached.berth.cancel(id as RunId);
		const forever = new AbortController();
		for await (const later of reached.berth.watch(id as RunId, forever.signal))
			view = later;
		answer(view, json, () => inFull(view));
	} finally {
		await reached.close();
	}
}
