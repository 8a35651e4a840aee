import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmod, chown, mkdir, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Job, Refusal } from "../port.ts";
import { identify } from "./identity.ts";
import { checkMounts, environmentOf, makePlaces, workdirOf } from "./places.ts";
import { programOf, searchPath } from "./program.ts";
import { codeOf, type Launch, writeWhole } from "./records.ts";
import { isRefusal, refusedByMachine } from "./refusal.ts";
import { userOf } from "./user.ts";
import { checkWall } from "./wall.ts";

/**
 * Makes the folder of an attempt, complete or not at all: it is built under a name of its own and then renamed. When the
 * attempt has a folder already, that one stays as it is.
 */
export async function makeFolder(
	folder: string,
	job: Job,
): Promise<Refusal | null> {
	const launch = launchOf(folder, job);
	if (isRefusal(launch)) return launch;
	const part = join(dirname(folder), `${PART}${process.pid}-${randomUUID()}`);
	try {
		await build(part, job, launch);
		await renameUnlessThere(part, folder);
		return null;
	} catch (error) {
		return refusedByMachine(
			`The folder for task "${job.task}" could not be made in ${dirname(folder)}: ${String(error)}.`,
		);
	} finally {
		await rm(part, { recursive: true, force: true });
	}
}

const PART = ".part-";
const TRASH = ".trash-";

function launchOf(folder: string, job: Job): Launch | Refusal {
	const as = userOf(job);
	if (isRefusal(as)) return as;
	const argv = programOf(job, job.env.PATH ?? searchPath());
	if (isRefusal(argv)) return argv;
	const cwd = workdirOf(folder, job);
	if (typeof cwd !== "string") return cwd;
	const env = environmentOf(folder, job);
	const { attempt, logBytes, image } = job;
	const launch = { attempt, argv, env, cwd, as, logBytes, image };
	return checkMounts(job) ?? checkWall(job) ?? launch;
}

async function build(part: string, job: Job, launch: Launch): Promise<void> {
	await mkdir(part, { recursive: true, mode: 0o711 });
	await makePlaces(part, job);
	const pipes = [join(part, "stdout"), join(part, "stderr")];
	await promisify(execFile)("mkfifo", ["-m", "600", ...pipes]);
	if (launch.as)
		for (const path of [...pipes, join(part, "work"), join(part, "tmp")])
			await chown(path, launch.as.uid, launch.as.gid);
	writeWhole(join(part, "job.json"), launch);
}

async function renameUnlessThere(from: string, to: string): Promise<void> {
	try {
		await rename(from, to);
	} catch (error) {
		if (codeOf(error) !== "ENOTEMPTY" && codeOf(error) !== "EEXIST")
			throw error;
	}
}

/** Takes the folder away in one step, then empties it at leisure. Answers where it is meanwhile; null when there is none. */
export async function takeAway(folder: string): Promise<string | null> {
	const trash = join(dirname(folder), `${TRASH}${randomUUID()}`);
	try {
		await rename(folder, trash);
		return trash;
	} catch (error) {
		if (codeOf(error) === "ENOENT") return null;
		throw error;
	}
}

/** Removes what a program may have left there, read-only folders too. Follows no links. */
export async function empty(folder: string): Promise<void> {
	try {
		await rm(folder, { recursive: true, force: true });
	} catch {
		await openFolders(folder);
		await rm(folder, { recursive: true, force: true });
	}
}

async function openFolders(folder: string): Promise<void> {
	await chmod(folder, 0o700);
	for (const entry of await readdir(folder, { withFileTypes: true }))
		if (entry.isDirectory()) await openFolders(join(folder, entry.name));
}

/** Removes what a crash left half built or half removed, as far as it can. */
export async function sweep(folder: string): Promise<void> {
	for (const name of await readdir(folder))
		if (isLeftover(name)) await empty(join(folder, name)).catch(() => {});
}

function isLeftover(name: string): boolean {
	const builder = /^\.part-(\d+)-/.exec(name)?.[1];
	return name.startsWith(TRASH) || (!!builder && !identify(Number(builder)));
}
