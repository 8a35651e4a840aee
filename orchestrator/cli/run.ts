import type { Berth, StartRequest } from "../api/berth.ts";
import { OwnerGone } from "../api/client.ts";
import type { RunView } from "../api/views.ts";
import { readConfig } from "../config.ts";
import type { RunId } from "../model/words.ts";
import { EXIT } from "./fail.ts";
import { type Progress, progressOf } from "./progress.ts";
import { type Reached, talk } from "./reach.ts";
import { takePart } from "./take-part.ts";

/** Run a pipeline, and wait until nothing of the run is left. */
export const run = (pipeline: string, options: RunOptions): Promise<void> =>
	begin(options, (berth) =>
		berth.start({
			pipeline,
			...(options.date === undefined ? {} : { ds: options.date }),
			params: options.set ?? {},
		} satisfies StartRequest),
	);

/** The same for a new run that takes up where another failed. */
export const retry = (id: string, options: RunOptions): Promise<void> =>
	begin(options, (berth) => berth.retry(id as RunId));

export interface RunOptions {
	readonly date?: string;
	readonly set?: Readonly<Record<string, string>>;
	readonly follow?: boolean;
	readonly json?: boolean;
}

async function begin(
	options: RunOptions,
	start: (berth: Berth) => Promise<RunView>,
): Promise<void> {
	const config = readConfig(process.env);
	let reached = await takePart(config);
	const stop = stopOnSignals();
	try {
		const { id } = await start(reached.berth);
		const progress = progressOf(id, options);
		for (;;) {
			const over = await watch(id as RunId, reached, progress, stop.signal);
			if (over) return conclude(over, progress);
			if (stop.signal.aborted) return leave(id);
			// The owner that we went through is gone. Nothing is lost: we take its place.
			await reached.close();
			reached = await takePart(config);
		}
	} finally {
		stop.end();
		await reached.close();
	}
}

/** The settled run; null when the owner is gone or we are to stop. */
async function watch(
	id: RunId,
	{ berth }: Reached,
	progress: Progress,
	signal: AbortSignal,
): Promise<RunView | null> {
	try {
		for await (const view of berth.watch(id, signal)) {
			progress.show(view, berth);
			if (view.settled) return view;
		}
		return null;
	} catch (error) {
		if (error instanceof OwnerGone) return null;
		throw error;
	}
}

function conclude(view: RunView, progress: Progress): void {
	progress.end(view);
	process.exitCode = view.status === "succeeded" ? EXIT.done : EXIT.failed;
}

/** Containers outlive us; whoever owns the data directory next adopts them. */
function leave(id: string): void {
	talk(
		`\nLeft run ${id} as it is: its containers go on. "berth up" or the next "berth run" takes it up again; "berth cancel ${id}" ends it.`,
	);
	process.exitCode = 130;
}

function stopOnSignals(): { signal: AbortSignal; end: () => void } {
	const stop = new AbortController();
	const raise = (): void => stop.abort();
	process.once("SIGINT", raise).once("SIGTERM", raise);
	return {
		signal: stop.signal,
		end: () => process.off("SIGINT", raise).off("SIGTERM", raise),
	};
}
