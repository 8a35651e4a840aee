import { DISK } from "./disk.ts";
import type { Family } from "./hostile-task.ts";
import { LOGS } from "./logs.ts";
import { NETWORK } from "./network.ts";
import { OUTPUTS } from "./outputs.ts";
import { PROCESSES } from "./processes.ts";
import { RESULTS } from "./results.ts";
import { WALL } from "./wall.ts";

/** Every hostile task that is tried, in the order of the page. */
export const FAMILIES: readonly Family[] = [
	DISK,
	PROCESSES,
	LOGS,
	WALL,
	NETWORK,
	OUTPUTS,
	RESULTS,
];
