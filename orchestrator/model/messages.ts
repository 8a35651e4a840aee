import type { Task } from "./plan.ts";
import { inBytes } from "./quantities.ts";
import type { Ending } from "./task-state.ts";
import type { Usage } from "./words.ts";

/** Endings that the model itself finds, in words for the person who must do something. */
export const exitedWith = (code: number): Ending => ({
	kind: "exited",
	code,
	message: `It exited with code ${code}. Its log says why.`,
});

export const tookTooLong = ({ timeoutMs }: Task): Ending => ({
	kind: "timed-out",
	message: `It ran longer than its time-out of ${inWords(timeoutMs ?? 0)} and was stopped. Give it more time ("timeout"), or make it faster.`,
});

/** Why it may not go on, or not be published; null when it may. `then`: what comes of it. */
export function tooMuch(
	{ name, work }: Task,
	used: Usage,
	then: string,
): string | null {
	const most = work.kind === "container" ? work.wall.diskBytes : Infinity;
	const who = `Task "${name}"`;
	if (used.bytes > most)
		return `${who} wrote ${inBytes(used.bytes)} into its outputs, above its limit of ${inBytes(most)} ("disk"), ${then}. Let it write less, or give it more.`;
	if (used.entries > MOST_ENTRIES)
		return `${who} made more than ${MOST_ENTRIES.toLocaleString("en")} files and folders in its outputs, which is the most that one may, ${then}. Put them into fewer files, such as an archive.`;
	return used.closed === null
		? null
		: `${who} made a folder in its outputs that nobody can look into, ${used.closed}, ${then}. Make it readable (chmod u+rX), and use paths of less than 4096 bytes.`;
}

/** The same, once it has ended: holes in files are hashed and copied as what they say they hold. */
export function tooMuchToPublish(task: Task, used: Usage): string | null {
	const bytes = Math.max(used.bytes, used.shown);
	const then = "so nothing of it is published";
	return tooMuch(task, { ...used, bytes, closed: null }, then);
}

/** Files and folders in all outputs of a task: what a look a second can count. */
export const MOST_ENTRIES = 1_000_000;

export const watchedTooLong = (
	{ timeoutMs }: Task,
	note: string | null,
): Ending => ({
	kind: "timed-out",
	message: `What it waits for did not come within ${inWords(timeoutMs ?? 0)}${note ? ` (${note})` : ""}.`,
});

/** Such as `1 h 30 min`, `45 s`, `250 ms`. */
export function inWords(ms: number): string {
	if (ms < 1000) return `${ms} ms`;
	const units: readonly [number, string][] = [
		[86_400_000, "d"],
		[3_600_000, "h"],
		[60_000, "min"],
		[1000, "s"],
	];
	let left = ms;
	const parts = units.flatMap(([size, unit]) => {
		const count = Math.floor(left / size);
		left -= count * size;
		return count > 0 ? [`${count} ${unit}`] : [];
	});
	return parts.slice(0, 2).join(" ");
}
