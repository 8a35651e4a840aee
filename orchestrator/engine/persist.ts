import { setTimeout as sleep } from "node:timers/promises";
import type { Observation } from "../model/events.ts";
import { RuntimeUnreachable } from "../runtimes/port.ts";
import type { Work, Worker } from "./worker.ts";

/**
 * Do it until it is done. When the runtime does not answer nothing is known about the task, so we ask again, with back-off, as long as it takes.
 * Any other surprise is tried a few times and then ends the attempt; a stop or a release is never given up.
 */
export async function persist(
	work: Work,
	worker: Worker,
	onTrouble: (text: string) => void,
): Promise<Observation | null> {
	let surprises = 0;
	for (let trial = 0; !work.signal.aborted; trial++) {
		try {
			return await worker.perform(work);
		} catch (error) {
			if (work.signal.aborted) return null;
			const isUnreachable = error instanceof RuntimeUnreachable;
			if (!isUnreachable) surprises++;
			onTrouble(troubleWith(work, error, isUnreachable));
			if (surprises > SURPRISES && !isOwed(work))
				return givenUp(work, worker, error);
			await pause(trial, work.signal);
		}
	}
	return null;
}

const SURPRISES = 3;

async function pause(trial: number, signal: AbortSignal): Promise<void> {
	const ms = Math.min(200 * 2 ** trial, 10_000);
	await sleep(ms, undefined, { signal }).catch(() => undefined);
}

/** These must be done some day, whatever stands in the way. */
const isOwed = ({ command }: Work): boolean =>
	command.do === "stop" || command.do === "release";

function givenUp(work: Work, worker: Worker, error: unknown): Observation {
	const { task, attempt } = work.command;
	return {
		type: "ended",
		task: task.name,
		attempt,
		at: worker.now(),
		ending: {
			kind: "refused",
			lost: true,
			message: `berth could not ${work.command.do} it: ${wordsOf(error)}.`,
		},
	};
}

function troubleWith(
	{ run, command }: Work,
	error: unknown,
	isUnreachable: boolean,
): string {
	const what = `${command.do} ${run.id}/${command.task.name}/${command.attempt}`;
	return isUnreachable
		? `The runtime does not answer (${wordsOf(error)}). Waiting for it to ${what}.`
		: `Could not ${what}, trying again: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

const wordsOf = (error: unknown): string =>
	error instanceof Error ? error.message : String(error);
