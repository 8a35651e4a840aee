import { mayBegin } from "../model/admission.ts";
import { decide } from "../model/decide.ts";
import type { Event } from "../model/events.ts";
import { evolve } from "../model/evolve.ts";
import type { Run } from "../model/run.ts";
import { isRunOver } from "../model/status.ts";
import type { Instant } from "../model/words.ts";
import type { Change } from "../store/port.ts";
import type { Mail } from "./mail.ts";

/**
 * What becomes of these runs, oldest first, by what was observed of them. Everything is folded first, so that slots that were freed can be taken
 * by any run; then the oldest chooses first.
 */
export function decideAll(
	runs: Iterable<Run>,
	observed: Mail["observed"],
	{ now, slots, beginsMore }: Bounds,
): Decided[] {
	const seen = [...runs].map((run) => {
		const events = [...(observed.get(run.id) ?? [])];
		return { before: run, events, run: events.reduce(evolve, run) };
	});
	let room = seen.reduce(
		(left, { run }) => left - run.index.slots,
		beginsMore ? slots : 0,
	);
	const changes: Decided[] = [];
	const active: Run[] = [];
	for (const one of seen) {
		const { before } = one;
		const isToBegin = beginsMore && mayBeginNow(one.run, active);
		const { run, events } = chosen(one.run, { isToBegin, now, room });
		room -= run.index.slots - one.run.index.slots;
		if (!isRunOver(run)) active.push(run);
		if (run !== before)
			changes.push({ before, run, events: [...one.events, ...events] });
	}
	return changes;
}

/** A run that is another one than it was. */
export interface Decided extends Change {
	readonly before: Run;
}

interface Bounds {
	readonly now: Instant;
	readonly slots: number;
	/** False while berth is to come to rest: then no run begins, and no slot is taken. */
	readonly beginsMore: boolean;
}

const mayBeginNow = (run: Run, earlier: readonly Run[]): boolean =>
	run.begun === null && run.cancelled === null && mayBegin(run, earlier);

function chosen(
	run: Run,
	{ isToBegin, now, room }: { isToBegin: boolean; now: Instant; room: number },
): { run: Run; events: Event[] } {
	const events: Event[] = isToBegin ? [{ type: "run-begun", at: now }] : [];
	const begun = events.reduce(evolve, run);
	const decided = decide(begun, now, room);
	return {
		run: decided.reduce(evolve, begun),
		events: [...events, ...decided],
	};
}
