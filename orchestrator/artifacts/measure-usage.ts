import { Worker } from "node:worker_threads";
import pLimit from "p-limit";
import type { Usage } from "../model/words.ts";
import { ownProgram } from "../own-files.ts";
import { usageIn } from "./usage.ts";
import type { UsageJob } from "./usage-worker.ts";

/** What lies in a folder: a small one is looked at at once, a big one on another thread, so that no number of files holds up the others. */
export async function measureUsage(root: string, most: number): Promise<Usage> {
	const here = usageIn(root, Math.min(most, FEW));
	return here.entries > FEW ? onThread(() => answer({ root, most })) : here;
}

/** Less than a millisecond of work. */
const FEW = 200;

/** Not many threads: a task that writes a million files is looked at more seldom then, and nobody else is kept waiting. */
const onThread = pLimit(2);

function answer(job: UsageJob): Promise<Usage> {
	const worker = new Worker(ownProgram("artifacts/usage-worker.ts"), {
		workerData: job,
		execArgv: [],
	});
	worker.unref();
	return new Promise((resolve, reject) => {
		worker.on("message", resolve);
		worker.on("error", reject);
		worker.on("exit", () =>
			reject(new Error("The counting thread ended without an answer.")),
		);
	});
}
