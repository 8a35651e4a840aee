/**
 * What both sides of the container wall agree on. This file is the contract's only source in code;
 * docs/task-contract.md is its page for people. It imports nothing.
 */

/** Counts up when what a program finds behind the wall changes, so that results of before are not taken for those of now. */
export const CONTRACT_VERSION = 1;

/** Where inputs and outputs are inside a container. A task without a wall finds them elsewhere, so programs read the variables. */
export const IN_FOLDER = "/in";
export const OUT_FOLDER = "/out";
/** The result file lies in a small writable folder of its own. */
export const RESULT_FILE = "/result/result.json";
/** The params that a task uses, where its pipeline gives it some: one JSON object beside its inputs. Read-only. */
export const PARAMS_FILE = "/in/params.json";

/** The variables that every task sees. */
export const TASK_ENV = {
	/** The folder that holds one entry for each declared input: a folder, or a single file. Read-only. */
	in: "BERTH_IN",
	/** The folder that holds one empty, writable folder for each declared output. */
	out: "BERTH_OUT",
	/** Where the task may write one JSON object. */
	result: "BERTH_RESULT",
	/** Where it may read the params that its pipeline gives it; absent when it gives none. */
	params: "BERTH_PARAMS",
	pipeline: "BERTH_PIPELINE",
	run: "BERTH_RUN",
	task: "BERTH_TASK",
	attempt: "BERTH_ATTEMPT",
	/** The run's date, YYYY-MM-DD. */
	ds: "BERTH_DS",
} as const;

/** The result file may not be larger. */
export const MAX_RESULT_BYTES = 256 * 1024;

/** Nothing to do: the task counts as skipped and publishes nothing. `skipOn` can name other codes. */
export const EXIT_SKIP = 99;

/** How long a task has between SIGTERM and SIGKILL, unless its pipeline says otherwise. */
export const DEFAULT_GRACE_MS = 10_000;

/** Small values that other tasks, pages and trackers read; numbers are metrics. */
export type TaskResult = { readonly [key: string]: unknown };

/** The params that a pipeline gives a task, as JSON. */
export type TaskParams = { readonly [name: string]: unknown };
