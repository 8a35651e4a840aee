import type { Artifacts } from "../artifacts/port.ts";
import { mostEntries, tooMuch } from "../model/disk-limit.ts";
import type { Task } from "../model/plan.ts";
import type { ContainerName, Instant } from "../model/words.ts";
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
	for (;;) {
		await clock.sleepUntil((clock.now() + EVERY_MS) as Instant, signal);
		const used = await artifacts.usage(name, mostEntries(task));
		const sentence = tooMuch(task, used, "and was stopped");
		if (sentence !== null) return sentence;
	}
}

/** From the end of one look to the next, so that long looks do not follow each other without a pause. */
const EVERY_MS = 1_000;
