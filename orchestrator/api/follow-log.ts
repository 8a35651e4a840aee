import type { Run } from "../model/run.ts";
import { isOver } from "../model/task-state.ts";
import type { RunId } from "../model/words.ts";
import type { TaskRecord } from "../store/port.ts";
import { type LogLine, type LogRequest, Refused } from "./berth.ts";
import type { Changes } from "./changes.ts";
import type { Reading } from "./reading.ts";

/** A task's log as it grows, attempt after attempt (or the one asked for), until nothing can come any more. */
export async function* followLog(
	request: LogRequest,
	world: FollowLog,
): AsyncIterable<LogLine> {
	let attempt: number | null =
		request.attempt ?? (await firstAttempt(request, world));
	for (let tail = request.tail; attempt !== null; tail = undefined) {
		const told = attempt;
		const growths = (): number => world.changes.growths;
		const more = (since: number): Promise<boolean> =>
			mayGrow(request, told, { ...world, since });
		yield* world.reading.lines(request, { attempt, tail, growths, more });
		if (request.attempt !== undefined) return;
		attempt = await attemptAfter(attempt, request, world);
	}
}

export interface FollowLog {
	readonly reading: Reading;
	readonly changes: Changes;
	/** The run while it is not settled. */
	readonly active: (id: RunId) => Run | undefined;
	readonly signal: AbortSignal;
}

/** The latest there is, or the first there will be. */
async function firstAttempt(
	request: LogRequest,
	world: FollowLog,
): Promise<number | null> {
	const { attempts } = await world.reading.task(request);
	const first =
		attempts.at(-1)?.number ?? (await attemptAfter(0, request, world));
	if (first !== null || world.signal.aborted) return first;
	const { state } = await world.reading.task(request);
	throw new Refused(
		"not-found",
		`Task "${request.task}" of run "${request.run}" was never tried: it is ${state.status}.`,
	);
}

/** Null when the task is over without one. */
async function attemptAfter(
	attempt: number,
	request: LogRequest,
	world: FollowLog,
): Promise<number | null> {
	for (;;) {
		const found = await awaitingChange(request, world, false, async () => {
			const task = await world.reading.task(request);
			if (task.attempts.some(({ number }) => number > attempt))
				return attempt + 1;
			return isOver(task.state) || !world.active(request.run) ? "none" : null;
		});
		if (found === "none" || world.signal.aborted) return null;
		if (found !== null) return found;
	}
}

/** Waits for a change since the log had grown so often; false when the attempt's log is stored to its end. */
async function mayGrow(
	request: LogRequest,
	attempt: number,
	world: FollowLog & { readonly since: number },
): Promise<boolean> {
	const { changes, signal, reading, since } = world;
	if (signal.aborted) return false;
	const found = await awaitingChange(request, world, true, async () => {
		const task = await reading.task(request);
		if (isTold(task, attempt, world.active(request.run))) return "told";
		return changes.growths === since ? null : "grown";
	});
	return found !== "told";
}

function isTold(
	{ name, attempts, state }: TaskRecord,
	attempt: number,
	run: Run | undefined,
): boolean {
	if (!run) return true;
	if (run.owed.get(name)?.some((owed) => owed.attempt === attempt))
		return false;
	const record = attempts.find(({ number }) => number === attempt);
	return record ? record.ending !== null : isOver(state);
}

/** Look; when that finds nothing, wait until something has changed since before the look. */
async function awaitingChange<T>(
	{ run }: LogRequest,
	{ changes, signal }: FollowLog,
	orLog: boolean,
	look: () => Promise<T | null>,
): Promise<T | null> {
	const enough = new AbortController();
	const either = AbortSignal.any([signal, enough.signal]);
	const changed = [
		changes.next(run, either),
		...(orLog ? [changes.nextLog(either)] : []),
	];
	try {
		const found = await look();
		if (found === null) await Promise.race(changed);
		return found;
	} finally {
		enough.abort();
	}
}
