import { ulid } from "ulid";
import type { Berth } from "../api/berth.ts";
import { resolveRun } from "../api/resolve-run.ts";
import type { RunView } from "../api/views.ts";
import { readConfig } from "../config.ts";
import type { RunId } from "../model/words.ts";
import { EXIT } from "./fail.ts";
import { PartTaker, type Reach } from "./part-taker.ts";
import { progressOf } from "./progress.ts";
import type { Reached } from "./reach.ts";
import { leave, stopOnSignals } from "./stop.ts";
import { type Part, takePart } from "./take-part.ts";
import { talk } from "./talk.ts";
import { whoAsks } from "./who.ts";

/** Run a pipeline, and wait until nothing of the run is left. */
export function run(pipeline: string, options: RunOptions): Promise<void> {
	const { date, set: params = {}, only } = options;
	const plans = { pipeline, params, ...(date !== undefined && { ds: date }) };
	return begin(
		options,
		(berth, key) =>
			berth.start({
				key,
				...plans,
				...(only && { only }),
				...anew(options),
				...whoAsks(),
			}),
		{ plans },
	);
}

/** The same for a new run that takes up where another failed. */
export const retry = (which: string, options: RunOptions): Promise<void> =>
	begin(options, async (berth, key) =>
		berth.retry(await resolveRun(berth, which), {
			key,
			...anew(options),
			...whoAsks(),
		}),
	);

/** Commander's word for `--no-cache` is `cache: false`. */
const anew = ({ cache }: RunOptions) =>
	cache === false ? { noCache: true } : {};

export interface FollowOptions {
	readonly follow?: boolean;
	readonly json?: boolean;
}

export interface RunOptions extends FollowOptions {
	readonly date?: string;
	readonly set?: Readonly<Record<string, string>>;
	/** These tasks and what they need. */
	readonly only?: readonly string[];
	readonly cache?: boolean;
}

const NOT_BEGUN =
	"Left before a run was made. Containers that are at work go on.";
const NOT_ANSWERED =
	'Left before it was said that the run is made: "berth runs" says whether it is. Containers that are at work go on.';

interface How extends Part {
	readonly conclude?: Conclude;
	readonly reach?: Reach;
}

/** Tells what a settled run came to, and answers whether that is well. */
type Conclude = (
	view: RunView,
	options: FollowOptions,
	taker: PartTaker,
) => Promise<boolean>;

/** Makes a run, the same for the same key. */
type Start = (berth: Berth, key: string) => Promise<RunView>;

/** Begins a run, waits until nothing of it is left, and says what it came to. However often it is asked to, `start` makes one run of one key. */
export async function begin(
	options: FollowOptions,
	start: Start,
	{ conclude = tellRun, reach, ...part }: How = {},
): Promise<void> {
	const stop = stopOnSignals();
	const taker = await PartTaker.open(
		readConfig(process.env),
		stop.signal,
		reach ?? ((of, waitedFor) => takePart(of, waitedFor ? {} : part)),
	);
	if (!taker) return leave(async () => talk(NOT_BEGUN), EXIT.interrupted);
	try {
		const key = ulid();
		const view = await taker.ask((berth) => start(berth, key));
		if (!view) talk(NOT_ANSWERED);
		const over = view && (await waitFor(view.id as RunId, options, taker));
		if (!over) return await leave(() => taker.close(), EXIT.interrupted);
		const isWell = await conclude(over, options, taker);
		process.exitCode = isWell ? EXIT.done : EXIT.failed;
	} finally {
		stop.end();
		await taker.close();
	}
}

/** The settled run; null when we were told to stop before. */
async function waitFor(
	id: RunId,
	options: FollowOptions,
	taker: PartTaker,
): Promise<RunView | null> {
	const progress = await progressOf(id, options);
	try {
		const over = await taker.settled(id, (view, berth) =>
			progress.show(view, berth),
		);
		if (over) progress.end(over);
		else {
			progress.end();
			talk(howToGoOn(id, taker.reached));
		}
		return over;
	} finally {
		progress.end();
	}
}

async function tellRun(
	view: RunView,
	{ json }: FollowOptions,
): Promise<boolean> {
	const { answer } = await import("./answer.ts");
	const { summaryOf } = await import("./show.ts");
	answer(view, json, () => summaryOf(view));
	return view.status === "succeeded";
}

/** Containers outlive us; whoever owns the data directory next adopts them. */
const howToGoOn = (id: string, { owned }: Reached): string =>
	owned
		? `Left run ${id} as it is: its containers go on. "berth up" or the next "berth run" takes it up again; "berth cancel '${id}'" ends it.`
		: `Stopped waiting; run ${id} goes on. "berth show '${id}'" says how far it is; "berth cancel '${id}'" ends it.`;
