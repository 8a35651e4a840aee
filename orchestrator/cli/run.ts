import { ulid } from "ulid";
import type { Berth } from "../api/berth.ts";
import type { RunView } from "../api/views.ts";
import { type Config, readConfig } from "../config.ts";
import type { RunId } from "../model/words.ts";
import { EXIT } from "./fail.ts";
import { type Progress, progressOf } from "./progress.ts";
import { isOwnerGone, type Reached } from "./reach.ts";
import { resolveRun } from "./resolve-run.ts";
import { leave, type Stop, stopOnSignals, unlessRaised } from "./stop.ts";
import { takePart } from "./take-part.ts";
import { talk } from "./talk.ts";

/** Run a pipeline, and wait until nothing of the run is left. */
export const run = (pipeline: string, options: RunOptions): Promise<void> =>
	begin(options, (berth, key) =>
		berth.start({
			key,
			pipeline,
			...(options.date === undefined ? {} : { ds: options.date }),
			params: options.set ?? {},
		}),
	);

/** The same for a new run that takes up where another failed. */
export const retry = (which: string, options: RunOptions): Promise<void> =>
	begin(options, async (berth, key) =>
		berth.retry(await resolveRun(berth, which), key),
	);

export interface RunOptions {
	readonly date?: string;
	readonly set?: Readonly<Record<string, string>>;
	readonly follow?: boolean;
	readonly json?: boolean;
}

const NOT_BEGUN =
	"Left before a run was made. Containers that are at work go on.";
const NOT_ANSWERED =
	'Left before it was said that the run is made: "berth runs" says whether it is. Containers that are at work go on.';

type Start = (berth: Berth, key: string) => Promise<RunView>;

async function begin(options: RunOptions, start: Start): Promise<void> {
	const stop = stopOnSignals();
	const config = readConfig(process.env);
	const reached = await unlessRaised(stop.signal, takePart(config));
	if (!reached) return leave(async () => talk(NOT_BEGUN), EXIT.interrupted);
	const waiting: Waiting = { config, reached, stop };
	try {
		const view = await unlessRaised(stop.signal, started(start, waiting));
		if (!view) talk(NOT_ANSWERED);
		if (!view || !(await waitFor(view.id as RunId, options, waiting)))
			await leave(waiting.reached.close, EXIT.interrupted);
	} finally {
		waiting.stop.end();
		await waiting.reached.close();
	}
}

/** An owner may go away while it is asked. The key sees to it that there is one run, however often we ask. */
async function started(start: Start, waiting: Waiting): Promise<RunView> {
	const key = ulid();
	for (;;) {
		try {
			return await start(waiting.reached.berth, key);
		} catch (error) {
			if (!isOwnerGone(error) || waiting.stop.signal.aborted) throw error;
			await replaceOwner(waiting);
		}
	}
}

async function replaceOwner(waiting: Waiting): Promise<void> {
	talk("The berth that was asked is gone; looking for another one.");
	await waiting.reached.close();
	waiting.reached = await takePart(waiting.config);
}

interface Waiting {
	readonly config: Config;
	reached: Reached;
	readonly stop: Stop;
}

/** When the owner that we went through goes away, nothing is lost: we take its place. False when we were told to stop before the run was over. */
async function waitFor(
	id: RunId,
	options: RunOptions,
	waiting: Waiting,
): Promise<boolean> {
	const progress = await progressOf(id, options);
	const { signal } = waiting.stop;
	try {
		for (;;) {
			const over = await watch(id, waiting.reached, progress, signal);
			if (over) {
				await conclude(over, progress, options);
				return true;
			}
			if (signal.aborted) {
				progress.end();
				talk(howToGoOn(id, waiting.reached));
				return false;
			}
			await unlessRaised(signal, replaceOwner(waiting));
		}
	} finally {
		progress.end();
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
		if (isOwnerGone(error)) return null;
		throw error;
	}
}

async function conclude(
	view: RunView,
	progress: Progress,
	{ json }: RunOptions,
): Promise<void> {
	progress.end(view);
	const { answer } = await import("./answer.ts");
	const { summaryOf } = await import("./show.ts");
	answer(view, json, () => summaryOf(view));
	process.exitCode = view.status === "succeeded" ? EXIT.done : EXIT.failed;
}

/** Containers outlive us; whoever owns the data directory next adopts them. */
const howToGoOn = (id: string, { owned }: Reached): string =>
	owned
		? `Left run ${id} as it is: its containers go on. "berth up" or the next "berth run" takes it up again; "berth cancel '${id}'" ends it.`
		: `Stopped waiting; run ${id} goes on. "berth show '${id}'" says how far it is; "berth cancel '${id}'" ends it.`;
