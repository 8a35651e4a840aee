import type { Artifacts } from "../artifacts/port.ts";
import { mostEntries, tooMuch } from "../model/disk-limit.ts";
import type { Task } from "../model/plan.ts";
import type { ContainerName, Instant, Usage } from "../model/words.ts";
import type { Clock } from "./clock.ts";

/**
 * Looks every second at what an attempt has written, since a mounted folder has no quota. Answers with a sentence once that is too much; what it writes
 * between two looks comes on top.
 */
export async function watchDisk(
	{ artifacts, clock }: { artifacts: Artifacts; clock: Clock },
	{ name, task }: { name: ContainerName; task: Task },
	signal: AbortSignal,
): Promise<string> {
	let wasClosed = false;
	for (;;) {
		await clock.sleepUntil((clock.now() + EVERY_MS) as Instant, signal);
		const used = await usageNow(artifacts, name, mostEntries(task));
		if (used === null) continue;
		// Once may be between a program's making of a folder and its opening it to others.
		const closed = wasClosed ? used.closed : null;
		wasClosed = used.closed !== null;
		const sentence = tooMuch(task, { ...used, closed }, "and was stopped");
		if (sentence !== null) return sentence;
	}
}

/** Null when this look failed, by a mistake of the disk's or for want of open files: the task goes on, and is looked at again. Publishing looks once more in any case. */
const usageNow = (
	artifacts: Artifacts,
	name: ContainerName,
	most: number,
): Promise<Usage | null> => artifacts.usage(name, most).catch(() => null);

/** From the end of one look to the next, so that long looks do not follow each other without a pause. */
const EVERY_MS = 1_000;
