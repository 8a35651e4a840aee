import { existsSync } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import {
	IN_FOLDER,
	OUT_FOLDER,
	PARAMS_FILE,
	RESULT_FILE,
	TASK_ENV,
} from "../../../shared/task-contract.ts";
import type { Job, Refusal } from "../port.ts";
import { searchPath } from "./program.ts";
import { refused, refusedByMachine } from "./refusal.ts";

/** Where a job's container paths are on this machine: a path below the attempt's folder for those of the contract. */
export function placeOf(folder: string, target: string): string | null {
	const path = posix.normalize(target);
	return CONTRACT.some((root) => path === root || path.startsWith(`${root}/`))
		? join(folder, path)
		: null;
}

const CONTRACT = [IN_FOLDER, OUT_FOLDER, posix.dirname(RESULT_FILE)];

/** Null when every mount can be had without a wall. */
export function checkMounts({ task, mounts }: Job): Refusal | null {
	for (const { source, target } of mounts) {
		if (!existsSync(source))
			return refusedByMachine(
				`Task "${task}" cannot have ${source} at ${target}: there is nothing at that path any more. berth had put it there: see who removes files from its data directory.`,
			);
		if (placeOf("/", target) === null && source !== target)
			return refused(
				`Task "${task}" mounts ${source} at ${target}, which only a container can have: without Docker it stays at ${source}. Start a Docker engine, or mount it at the same path.`,
			);
		const inner = mounts.find((other) => other.target.startsWith(`${target}/`));
		if (inner)
			return refused(
				`Task "${task}" mounts ${inner.target} inside ${target}, which only a container can have. Start a Docker engine, or mount them side by side.`,
			);
	}
	return null;
}

/** Symlinks stand in for mounts. Folders above them are made, as an engine does. */
export async function makePlaces(folder: string, job: Job): Promise<void> {
	for (const { source, target } of job.mounts) {
		const place = placeOf(folder, target);
		if (!place) continue;
		await mkdir(dirname(place), { recursive: true, mode: 0o755 });
		await symlink(source, place);
	}
	for (const place of ["in", "out", "work", "tmp"])
		await mkdir(join(folder, place), { recursive: true, mode: 0o755 });
}

/** What the program sees of the environment: a little of ours, the job's own, and where the contract's places are. */
export function environmentOf(
	folder: string,
	job: Job,
): Readonly<Record<string, string>> {
	const ours = INHERITED.map((name) => [name, process.env[name]] as const);
	const tmp = join(folder, "tmp");
	return {
		...Object.fromEntries(ours.filter(isSet)),
		PATH: searchPath(),
		HOME: tmp,
		TMPDIR: tmp,
		...job.env,
		[TASK_ENV.in]: join(folder, IN_FOLDER),
		[TASK_ENV.out]: join(folder, OUT_FOLDER),
		[TASK_ENV.result]: join(folder, RESULT_FILE),
		...(Object.hasOwn(job.env, TASK_ENV.params) && {
			[TASK_ENV.params]: join(folder, PARAMS_FILE),
		}),
	};
}

const INHERITED = [
	"LANG",
	"LC_ALL",
	"TZ",
	"NODE_EXTRA_CA_CERTS",
	"SSL_CERT_FILE",
	"SSL_CERT_DIR",
];

const isSet = (
	pair: readonly [string, string | undefined],
): pair is readonly [string, string] => pair[1] !== undefined;

/** The working directory: an empty folder, unless the job names one that exists here. */
export function workdirOf(folder: string, job: Job): string | Refusal {
	if (job.workdir === undefined) return join(folder, "work");
	const place = placeOf(folder, job.workdir);
	if (place) return place;
	if (existsSync(job.workdir)) return job.workdir;
	return refused(
		`Task "${job.task}" wants to work in ${job.workdir}, a folder that this machine does not have. Start a Docker engine, or leave out workdir.`,
	);
}
