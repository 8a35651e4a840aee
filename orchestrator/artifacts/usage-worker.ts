import { parentPort, workerData } from "node:worker_threads";
import { usageIn } from "./usage.ts";

/** What one counting thread is made for; it ends when it has answered. */
export interface UsageJob {
	readonly root: string;
	readonly most: number;
}

const { root, most } = workerData as UsageJob;
parentPort?.postMessage(usageIn(root, most));
