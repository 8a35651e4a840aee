import { ulid } from "ulid";
import { type Berth, Refused } from "../api/berth.ts";
import type { RunHead, RunView } from "../api/views.ts";
import { readConfig } from "../config.ts";
import { few } from "../model/few.ts";
import { combinations, isBadSweep } from "../model/sweep.ts";
import type { Named, RunId } from "../model/words.ts";
import { answer } from "./answer.ts";
import { EXIT, Sentence } from "./fail.ts";
import { PartTaker } from "./part-taker.ts";
import { leave, stopOnSignals } from "./stop.ts";
import {
	chosen,
	inTable,
	isMeant,
	metricNames,
	rowOf,
	type SweepRow,
} from "./sweep-table.ts";
import { talk } from "./talk.ts";
import { whoAsks } from "./who.ts";

/** Run a pipeline once for every combination of values, wait for all, and put side by side what came out; or go on with a sweep: what is missing is run, what failed is run again. */
export function sweep(
	pipeline: string | undefined,
	options: SweepOptions,
): Promise<void> {
	const { resume, set = {}, date } = options;
	if (resume !== undefined) {
		refuseBeside(pipeline, options);
		return begin(options, async (berth) =>
			berth.resumeSweep(resume === true ? await newestSweep(berth) : resume),
		);
	}
	if (pipeline === undefined)
		throw new Sentence(
			"Which pipeline? Write berth sweep <pipeline> --set key=a,b.",
			EXIT.usage,
		);
	const wish = { pipeline, sets: set, ...(date && { ds: date }) };
	tellMany(set);
	return begin(options, (berth, key) =>
		berth.sweep({ key, ...wish, ...whoAsks() }),
	);
}

/** All are planned before the first is made, which takes its time. */
function tellMany(sets: Named<string>): void {
	const found = combinations(sets);
	if (isBadSweep(found) || found.length < MANY) return;
	talk(
		`Planning ${found.length} runs; the first is made once all are planned.`,
	);
}

const MANY = 100;

export interface SweepOptions {
	readonly date?: string;
	readonly set?: Named<string>;
	/** Its id, or true for the newest. */
	readonly resume?: string | true;
	/** Which metrics to show. */
	readonly metric?: readonly string[];
	readonly json?: boolean;
}

function refuseBeside(
	pipeline: string | undefined,
	{ set, date }: SweepOptions,
): void {
	if (pipeline === undefined && set === undefined && date === undefined) return;
	throw new Sentence(
		"A sweep that is resumed has its pipeline, date and values already: write --resume without them.",
		EXIT.usage,
	);
}

async function begin(
	options: SweepOptions,
	start: (berth: Berth, key: string) => Promise<readonly RunHead[]>,
): Promise<void> {
	const stop = stopOnSignals();
	const taker = await PartTaker.open(readConfig(process.env), stop.signal);
	if (!taker) return leave(async () => talk(LEFT), EXIT.interrupted);
	try {
		const key = ulid();
		const heads = await taker.ask((berth) => start(berth, key));
		if (!heads) talk(LEFT);
		const views = heads && (await allSettled(heads, taker));
		if (!views) await leave(() => taker.close(), EXIT.interrupted);
		else conclude(views, options);
	} finally {
		stop.end();
		await taker.close();
	}
}

const LEFT =
	'Left before it was said that the runs are made: "berth runs" says whether they are.';

/** Null when we were told to stop before. They go on beside each other: while one is waited for, others come to their end. */
async function allSettled(
	heads: readonly RunHead[],
	taker: PartTaker,
): Promise<readonly RunView[] | null> {
	const id = heads[0]?.sweep?.id ?? "";
	console.error(
		`Sweep ${id}: ${heads.length} ${heads.length === 1 ? "run" : "runs"}`,
	);
	const views: RunView[] = [];
	for (const head of heads) {
		const view = await taker.settled(head.id as RunId, () => {});
		if (!view) {
			talk(
				`Left the sweep as it is: what runs goes on, and "berth up" takes up the rest. "berth sweep --resume '${id}'" waits for it again.`,
			);
			return null;
		}
		views.push(view);
		console.error(
			`${new Date().toISOString().slice(11, 19)}  ${views.length} of ${heads.length}: ${chosen(rowOf(view))} ${view.status}`,
		);
	}
	return views;
}

function conclude(
	views: readonly RunView[],
	{ json, metric }: SweepOptions,
): void {
	const failed = views.filter(({ status }) => status !== "succeeded");
	const id = views[0]?.sweep?.id ?? "";
	answer({ sweep: id, runs: views.map(rowOf) }, json, () =>
		[
			inTable(views.map(rowOf), metric),
			...(failed.length > 0
				? [
						"",
						`${failed.length} of ${views.length} did not succeed. "berth show RUN" says why; "berth sweep --resume '${id}'" runs them again.`,
					]
				: []),
		].join("\n"),
	);
	for (const wish of metric ?? []) tellUnknown(wish, views.map(rowOf));
	process.exitCode = failed.length === 0 ? EXIT.done : EXIT.failed;
}

/** The runs are over by now, so it refuses nothing. */
function tellUnknown(wish: string, rows: readonly SweepRow[]): void {
	const all = metricNames(rows);
	if (all.some((name) => isMeant(name, wish))) return;
	const known =
		all.length === 0 ? "there is none" : `there are ${few(all, 30)}`;
	talk(`No run of the sweep has a metric "${wish}": ${known}.`);
}

async function newestSweep(berth: Berth): Promise<string> {
	const heads = await berth.runs({ limit: 10_000 });
	const found = heads.find(({ sweep }) => sweep !== null)?.sweep?.id;
	if (found !== undefined) return found;
	throw new Refused(
		"not-found",
		'There was no sweep yet. "berth sweep <pipeline> --set key=a,b" makes one.',
	);
}
