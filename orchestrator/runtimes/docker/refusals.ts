import type { Job, Refusal } from "../port.ts";
import { EngineError, isDaemonTrouble, unreachable } from "./engine-errors.ts";

/** The engine would not create or start a job's container: say why and what to do. Throws what is not about the job. */
export function refusalOf(error: unknown, job: Job): Refusal {
	if (!(error instanceof EngineError)) throw error;
	if (isDaemonTrouble(error)) throw unreachable(error);
	const refusal = startRefusal(job.task, error.message, error.status);
	return { ...refusal, lost: refusal.lost || isOursMissing(error, job) };
}

/** What the task mounts itself is its author's affair; that inputs and outputs are there is ours. */
function isOursMissing({ message }: EngineError, { wall }: Job): boolean {
	const missing = MISSING.exec(message)?.[1];
	return (
		missing !== undefined &&
		!wall.mounts.some(({ source }) => source === missing)
	);
}

const MISSING = /bind source path does not exist: (.+)/;

/** The engine's own disk, or what it keeps there, has no more room. */
export const DISK_FULL = /no space left on device|disk quota exceeded/i;

/** From the engine's own words, as they are in an answer or stored with a container that could not start. What is the author's fault is known; any other inner error (500) is the machine's. */
export function startRefusal(
	task: string,
	words: string,
	status = 500,
): Refusal {
	const known = CASES.find(({ sign }) => sign.test(words));
	const cause = known?.say(words) ?? `the engine said: ${words}.`;
	return {
		kind: "refused",
		message: `Task "${task}" could not be started: ${cause}`,
		lost: known?.lost ?? status >= 500,
	};
}

/** The name is taken by what is not ours. */
export const foreign = (job: Job, whose: string): Refusal => ({
	kind: "refused",
	message: `Task "${job.task}" could not be started: the engine already has a container ${job.name}, and it ${whose}. Look at it with \`docker inspect ${job.name}\`; if nobody needs it, \`docker rm -f ${job.name}\`.`,
	lost: false,
});

/** It is our own, but was made for inputs that we no longer remember: a loss of power took the memory, not the container. */
export const forgotten = (job: Job): Refusal => ({
	kind: "refused",
	message: `Task "${job.task}" has a container ${job.name} that was made for other inputs than are remembered, as after a loss of power. It is removed, and the task is tried again.`,
	lost: true,
});

/** A start was asked for, and what came of it is not known: nothing had, so now nothing can any more. */
export const unanswered = ({ task, name }: Job): Refusal => ({
	kind: "refused",
	message: `Task "${task}" was to be started, and no answer came to that. Its container ${name} was not started, and is removed, lest it be started late. The task is tried again.`,
	lost: true,
});

interface Case {
	readonly sign: RegExp;
	readonly lost: boolean;
	say(words: string): string;
}

const CASES: readonly Case[] = [
	{
		sign: DISK_FULL,
		lost: true,
		say: (words) =>
			`the engine's disk is full. Free some (docker system df shows what takes it). The engine said: ${words}`,
	},
	{
		sign: /resource temporarily unavailable|cannot allocate memory|too many open files|address pools?|context deadline exceeded/i,
		lost: true,
		say: (words) =>
			`the engine's machine had no room for it just now. Look at what else runs there. The engine said: ${words}`,
	},
	{
		sign: /OOM-killed|memory limit too low/i,
		lost: false,
		say: (words) =>
			`its memory limit is too low even to start it. Raise the task's \`memory\`. The engine said: ${words}`,
	},
	{
		sign: /no such image/i,
		lost: true,
		say: () =>
			"its image was there a moment ago and is gone: somebody removed it. It is looked up again at the next attempt.",
	},
	{
		sign: /bind source path does not exist/i,
		lost: false,
		say: (words) =>
			`the host has no ${MISSING.exec(words)?.[1] ?? "such path"} to mount. Create it, or correct the path; the engine looks on its own machine.`,
	},
	{
		sign: /are you trying to mount a directory onto a file|not a directory/i,
		lost: false,
		say: (words) =>
			`a folder was to be mounted onto a file, or a file onto a folder. Look at the task's mounts. The engine said: ${words}`,
	},
	{
		sign: /error mounting|invalid mount config/i,
		lost: false,
		say: (words) =>
			`one of its mounts could not be made. Look at the task's mounts. The engine said: ${words}`,
	},
	{
		sign: /permission denied/i,
		lost: false,
		say: (words) =>
			`a program or path is there, but may not be used (exit code 126). If it is the command: \`chmod +x\` it in the image. The engine said: ${words}`,
	},
	{
		sign: /executable file not found|no such file or directory/i,
		lost: false,
		say: (words) =>
			`the command was not found in the image (exit code 127). Look at the image's ENTRYPOINT and the task's \`command\` and \`entrypoint\`. The engine said: ${words}`,
	},
	{
		sign: /network \S+ not found|could not find (a )?network/i,
		lost: false,
		say: (words) =>
			`the engine has no such network. Create it (docker network create NAME), or correct the task's \`network\`. The engine said: ${words}`,
	},
	{
		sign: /could not select device driver/i,
		lost: false,
		say: (words) =>
			`the engine has no driver for GPUs. Install the NVIDIA Container Toolkit on its machine, or take \`gpus\` from the task. The engine said: ${words}`,
	},
	{
		sign: /range of cpus/i,
		lost: false,
		say: (words) =>
			`the engine's machine has fewer CPUs than the task's \`cpus\`. The engine said: ${words}`,
	},
];
