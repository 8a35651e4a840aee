import type { Task } from "./plan.ts";
import { inBytes } from "./quantities.ts";
import type { Usage } from "./words.ts";

/** Why a task may not go on after what it wrote, or not be published; null when it may. `then`: what comes of it. */
export function tooMuch(task: Task, used: Usage, then: string): string | null {
	const who = `Task "${task.name}"`;
	const bytes = bytesOf(task);
	const entries = mostEntries(task);
	if (used.bytes > bytes)
		return `${who} wrote ${inBytes(used.bytes)} into its outputs, above its limit of ${inBytes(bytes)} ("disk"), ${then}. Let it write less, or give it more.`;
	if (used.entries > entries)
		return `${who} made more than ${entries.toLocaleString("en")} files and folders in its outputs, which is the most that one may with its limit of ${inBytes(bytes)} ("disk"), ${then}. Put them into fewer files, such as an archive.`;
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

/** Files and folders in all its outputs: also one that holds nothing takes its place on a disk. */
export const mostEntries = (task: Task): number =>
	Math.min(Math.max(FEW, Math.floor(bytesOf(task) / PLACE)), MANY);

const bytesOf = ({ work }: Task): number =>
	work.kind === "container" ? work.wall.diskBytes : Infinity;

const PLACE = 4096;
const FEW = 1_000;
/** What can be counted in some seconds. */
const MANY = 1_000_000;
