import { Cell, type Death } from "./cell.ts";
import type { Ending } from "./endings.ts";
import type { EngineWatch } from "./engine-watch.ts";
import type { Row } from "./rows.ts";

export type Verdict =
	| { readonly kind: "ok" }
	/** None of the runs came to the boundary: it is left to chance. */
	| { readonly kind: "missed" }
	| { readonly kind: "broken"; readonly faults: readonly string[] };

export interface Place {
	readonly row: Row;
	readonly ending: Ending;
}

export interface Trying {
	readonly watch: EngineWatch;
	/** How many cells at a time. */
	readonly jobs: number;
	readonly tell: (place: Place, verdict: Verdict) => void;
}

/** Cells that leave the engine alone, some at a time. */
export async function tryAll(
	places: readonly Place[],
	{ watch, jobs, tell }: Trying,
): Promise<void> {
	await atATime(jobs, places, async (place) => {
		let verdict: Verdict = { kind: "missed" };
		for (let trial = 0; trial < TRIALS && verdict.kind === "missed"; trial++)
			verdict = await tryOne(place, watch);
		tell(place, verdict);
	});
}

/** Cells between whose two berths the engine is killed and started again, many of them at once. */
export async function tryAllWithRestart(
	places: readonly Place[],
	trying: Trying,
): Promise<void> {
	for (let from = 0; from < places.length; from += AT_ONE_RESTART) {
		let left = places.slice(from, from + AT_ONE_RESTART);
		for (let trial = 0; trial < TRIALS && left.length > 0; trial++)
			left = await tryThese(left, trying);
		for (const place of left) trying.tell(place, { kind: "missed" });
	}
}

const AT_ONE_RESTART = 15;
const TRIALS = 3;

async function tryOne(
	{ row, ending }: Place,
	watch: EngineWatch,
): Promise<Verdict> {
	const cell = await Cell.open(row, ending, watch);
	try {
		return await judged(async () => {
			const death = await cell.die();
			if (death === null) return null;
			await cell.meanwhile(death);
			return await cell.revive(death);
		});
	} finally {
		await cell.close();
	}
}

/** Answers with those whose runs did not come to their boundary. */
async function tryThese(
	places: readonly Place[],
	{ watch, jobs, tell }: Trying,
): Promise<Place[]> {
	const cells = new Map<Place, Cell>();
	const deaths = new Map<Place, Death>();
	const missed: Place[] = [];
	try {
		await atATime(jobs, places, async (place) => {
			const cell = await Cell.open(place.row, place.ending, watch);
			cells.set(place, cell);
			const verdict = await judged(async () => {
				const death = await cell.die();
				if (death === null) return null;
				deaths.set(place, death);
				return [];
			});
			if (verdict.kind === "missed") missed.push(place);
			if (verdict.kind === "broken") tell(place, verdict);
		});
		await watch.engine.kill();
		await watch.engine.start();
		await watch.listen();
		await atATime(jobs, [...deaths], async ([place, death]) => {
			const cell = cells.get(place);
			if (cell) tell(place, await judged(() => cell.revive(death)));
		});
		return missed;
	} finally {
		for (const cell of cells.values()) await cell.close();
	}
}

/** What went wrong on the way is wrong with the cell. */
async function judged(
	work: () => Promise<readonly string[] | null>,
): Promise<Verdict> {
	try {
		const faults = await work();
		if (faults === null) return { kind: "missed" };
		return faults.length === 0 ? { kind: "ok" } : { kind: "broken", faults };
	} catch (error) {
		return { kind: "broken", faults: [String(error)] };
	}
}

/** All of them, so many at a time, begun in their order. */
export async function atATime<T>(
	many: number,
	items: readonly T[],
	work: (item: T) => Promise<void>,
): Promise<void> {
	const left = [...items];
	const lane = async (): Promise<void> => {
		for (let item = left.shift(); item; item = left.shift()) await work(item);
	};
	await Promise.all(Array.from({ length: many }, lane));
}
