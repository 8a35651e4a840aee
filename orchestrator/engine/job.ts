import { dirname, join } from "node:path/posix";
import {
	IN_FOLDER,
	OUT_FOLDER,
	PARAMS_FILE,
	RESULT_FILE,
	TASK_ENV,
} from "../../shared/task-contract.ts";
import type { Located, Staged } from "../artifacts/port.ts";
import { attemptId } from "../model/names.ts";
import type { ContainerWork } from "../model/plan.ts";
import type { Run } from "../model/run.ts";
import type { Prepared } from "../model/task-state.ts";
import { withGroup } from "../model/user.ts";
import type { ContainerName, Named, TaskName } from "../model/words.ts";
import type { Job, Mount } from "../runtimes/port.ts";

/** The container of an attempt, in full. Pure: the same attempt is the same job. */
export function jobOf(parts: JobParts): Job {
	const { name, run, task, attempt, work, prepared } = parts;
	const { entrypoint, workdir } = work;
	return {
		name,
		run: run.id,
		task,
		attempt: attemptId(run.id, task, attempt),
		image: prepared.image,
		command: prepared.command,
		...(entrypoint === undefined ? {} : { entrypoint }),
		...(workdir === undefined ? {} : { workdir }),
		env: { ...prepared.env, ...contractEnv(parts) },
		user: withGroup(work.user ?? parts.user),
		mounts: mountsOf(parts),
		wall: work.wall,
		logBytes: parts.logBytes,
	};
}

export interface JobParts {
	/** How much of its log is kept. */
	readonly logBytes: number;
	readonly name: ContainerName;
	readonly run: Run;
	readonly task: TaskName;
	readonly attempt: number;
	readonly work: ContainerWork;
	readonly prepared: Prepared;
	/** Whom tasks run as unless they ask for another: `uid:gid`. */
	readonly user: string;
	readonly staged: Staged;
	/** The file of its params; absent when it reads none. */
	readonly params?: string;
	/** Input name → where its files lie. */
	readonly located: Named<readonly Located[]>;
}

function contractEnv(parts: JobParts): Named<string> {
	const { run, task, attempt, params } = parts;
	return {
		[TASK_ENV.in]: IN_FOLDER,
		[TASK_ENV.out]: OUT_FOLDER,
		[TASK_ENV.result]: RESULT_FILE,
		...(params !== undefined && { [TASK_ENV.params]: PARAMS_FILE }),
		[TASK_ENV.pipeline]: run.plan.pipeline,
		[TASK_ENV.run]: run.id,
		[TASK_ENV.task]: task,
		[TASK_ENV.attempt]: String(attempt),
		[TASK_ENV.ds]: run.plan.ds,
	};
}

function mountsOf({ located, staged, params }: JobParts): Mount[] {
	const inputs = Object.entries(located).flatMap(([input, files]) =>
		files.map(({ path, as }) => ({
			source: path,
			target: join(IN_FOLDER, input, as),
			readOnly: true,
		})),
	);
	const file =
		params === undefined
			? []
			: [{ source: params, target: PARAMS_FILE, readOnly: true }];
	const outputs = Object.entries(staged.out).map(([output, path]) => ({
		source: path,
		target: join(OUT_FOLDER, output),
		readOnly: false,
	}));
	const result = { source: staged.result, target: dirname(RESULT_FILE) };
	return [...inputs, ...file, ...outputs, { ...result, readOnly: false }];
}
