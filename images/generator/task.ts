import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import type {
	IN_FOLDER,
	OUT_FOLDER,
	TASK_ENV,
	TaskParams,
	TaskResult,
} from "../../shared/task-contract.ts";

/** The task's side of berth's contract; without berth, the folders of a container run by hand. */
export const task = {
	/** The path of a declared input: a folder, or a single file. */
	input: (name: string): string => join(read("BERTH_IN") ?? inFolder, name),

	/** The path of a declared output's folder; without a name, the folder of all outputs. */
	output: (name = ""): string => join(read("BERTH_OUT") ?? outFolder, name),

	/** The run's date, YYYY-MM-DD. */
	date: (): string | undefined => read("BERTH_DS"),

	/** The params that the pipeline gives the task; by hand there are none. */
	params(): TaskParams {
		const path = read("BERTH_PARAMS");
		return path === undefined ? {} : JSON.parse(readFileSync(path, "utf8"));
	},

	/** Hands small values back to berth; by hand there is nobody to take them. */
	writeResult(result: TaskResult): void {
		const path = read("BERTH_RESULT");
		if (path !== undefined) writeFileSync(path, `${JSON.stringify(result)}\n`);
	},
};

const inFolder: typeof IN_FOLDER = "/in";
const outFolder: typeof OUT_FOLDER = "/out";

function read(
	name: (typeof TASK_ENV)[keyof typeof TASK_ENV],
): string | undefined {
	return process.env[name] || undefined;
}
