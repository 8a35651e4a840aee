import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "../model/commands.ts";
import type { Observation } from "../model/events.ts";
import { RuntimeUnreachable } from "../runtimes/port.ts";
import { isStorageTrouble } from "../store/trouble-port.ts";
import { type Outage, waitingFor } from "./outage.ts";
import type { Work, Worker } from "./worker.ts";

/**
 * Do it until it is done. When the runtime does not answer nothing is known about the task, and when the disk is full nothing is wrong with it: so we
 * ask again, with back-off, as long as it takes.
 * Any other surprise is tried a few times. Then it ends an attempt that has not begun; what runs, has run or may have been started is never given up,
 * because giving it up would do it twice.
 */
export async function persist(
	work: Work,
	worker: Worker,
	{ onTrouble, outage, pause = pauseFor }: Persistence,
): Promise<Observation | null> {
	let surprises = 0;
	let waited = false;
	let told: string | null = null;
	for (let trial = 0; !work.signal.aborted; trial++) {
		const begun = worker.now();
		try {
			const observed = await worker.perform(work);
			if (waited) outage.over();
			return observed;
		} catch (error) {
			if (work.signal.aborted) return null;
			if (worker.now() - begun >= LONGEST_PAUSE_MS) trial = 0; // it went well for a while
			const words = wordsOf(error);
			if (error instanceof RuntimeUnreachable) {
				waited = true;
				outage.met(waitingFor(words));
			} else {
				if (!isStorageTrouble(error)) surprises++;
				if (words !== told) onTrouble(surprise(work, error));
				told = words;
			}
			if (surprises > SURPRISES && (await mayBeGivenUp(work, worker)))
				return givenUp(work, worker, words);
			await pause(Math.min(200 * 2 ** trial, LONGEST_PAUSE_MS), work.signal);
		}
	}
	return null;
}

export interface Persistence {
	/** Told what stands in the way, each time that the words for it change. */
	readonly onTrouble: (text: string) => void;
	readonly outage: Outage;
	/** Resolves after so long, or when the signal is raised. */
	readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

const SURPRISES = 3;

/** A little less than asked for, so that not all ask again at the same instant. */
const pauseFor = (ms: number, signal: AbortSignal): Promise<void> =>
	sleep(ms * (1 - Math.random() / 4), undefined, { signal }).catch(
		() => undefined,
	);

const LONGEST_PAUSE_MS = 60_000;

async function mayBeGivenUp(work: Work, worker: Worker): Promise<boolean> {
	switch (work.command.do) {
		case "prepare":
		case "watch":
		case "promote":
			return true;
		case "launch":
			return !(await worker.mayHaveBegun(work));
		case "wait":
		case "publish":
		case "stop":
		case "release":
			return false;
	}
}

function givenUp(work: Work, worker: Worker, words: string): Observation {
	const { task, attempt } = work.command;
	return {
		type: "ended",
		task: task.name,
		attempt,
		at: worker.now(),
		ending: {
			kind: "refused",
			lost: true,
			message: `berth could not ${doing(work.command)}: ${words}.`,
		},
	};
}

function surprise({ run, command }: Work, error: unknown): string {
	const what = `${doing(command)} (${run.id}/${command.task.name}/${command.attempt})`;
	if (isStorageTrouble(error))
		return `The disk is in the way: ${wordsOf(error)}. Waiting for it to ${what}.`;
	return `Could not ${what}, trying again: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

/** What is being done, for a sentence. */
function doing({ do: verb, task }: Command): string {
	switch (verb) {
		case "prepare":
		case "publish":
		case "promote":
		case "stop":
			return `${verb} task "${task.name}"`;
		case "launch":
			return `start task "${task.name}"`;
		case "wait":
			return `wait for task "${task.name}"`;
		case "watch":
			return `look for what sensor "${task.name}" waits for`;
		case "release":
			return `clean up after task "${task.name}"`;
	}
}

/** Without its full stop, because a sentence goes on after it. */
const wordsOf = (error: unknown): string =>
	(error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
